/** The items whose sizes together are at most `most`, in their order. What does not fit is left out, the largest first. */
export function fitting<T>(items: readonly T[], sizeOf: (item: T) => number, most: number): readonly T[] {
  let left = most
  const smallFirst = [...items].sort((a, b) => sizeOf(a) - sizeOf(b))
  const fits = new Set(
    smallFirst.filter((item) => {
      left -= sizeOf(item)
      return left >= 0
    }),
  )
  return items.filter((item) => fits.has(item))
}
