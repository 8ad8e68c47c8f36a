import { plural } from '../words/format.ts'

/** The lowest number from 1 that is not taken. */
export function lowestFree(taken: readonly number[]): number {
  let number = 1
  while (taken.includes(number)) number++
  return number
}

/** The item that takes the place of one that goes: the one after it, else the one before; undefined when it was the only one. */
export function besideOf<T>(items: readonly T[], at: number): T | undefined {
  return items[at + 1] ?? (at > 0 ? items[at - 1] : undefined)
}

/**
 * The name on the tab of a session: `shop-web-1`, `shop-web-1 and 2 more`.
 *
 * @param labels names of its nodes
 * @param number tells tabs of the same name apart; 1 = not said
 */
export function tabName([first = '', ...more]: readonly string[], number: number): string {
  const name = more.length === 0 ? first : `${first} and ${more.length} more`
  return number === 1 ? name : `${name} (${number})`
}

/** The tab that comes back when the drawer is opened: the one that was in front last, else the first. @param last its id */
export function tabToShow(ids: readonly string[], last: string | undefined): string | undefined {
  return last !== undefined && ids.includes(last) ? last : ids[0]
}

/** How many sessions are open: `2 terminals, 1 log`. */
export function sessionsWords(terminals: number, logs: number): string {
  return [terminals > 0 && plural(terminals, 'terminal'), logs > 0 && plural(logs, 'log')]
    .filter(Boolean)
    .join(', ')
}
