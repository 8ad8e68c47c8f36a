import { count } from './format.ts'

/** What {@link pageTitle} tells. */
export interface TitleFacts {
  /** Names of what the open card is about: of a node, or of both ends of an edge; empty where a name is not known. */
  readonly labels: readonly string[]
  /** Name of the view; undefined before it is known. */
  readonly view: string | undefined
  /** How many findings say that something does not work. */
  readonly troubles: number
}

/** The title of the page: `shop-db · Containers · Scope`, with the number of troubles before it: `(3) Hosts · Scope`. */
export function pageTitle({ labels, view, troubles }: TitleFacts): string {
  const title = [labels.join(' → '), view, 'Scope'].filter(Boolean).join(' · ')
  return troubles > 0 ? `(${count(troubles)}) ${title}` : title
}
