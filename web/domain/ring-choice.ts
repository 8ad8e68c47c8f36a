/** The value that stands for "no ring". */
export const noRing = ''

/** The metric that rings show: the one chosen, else CPU, else the most common; undefined = none. */
export function chooseRing(labels: readonly string[], choice: string | undefined): string | undefined {
  if (choice === noRing) return undefined
  if (choice && labels.includes(choice)) return choice
  return labels.find((label) => /^cpu\b/i.test(label)) ?? labels[0]
}
