/** Up to so many objects are in a list: to look through them takes no longer than to look one up in a set. */
const MOST_LISTED = 8

/**
 * Different objects, of which there are nearly always few: a set of one takes thirty times the memory that a reference does, and one of two
 * four times that of a list. Undefined for none, the object itself for one, a list that never changes for few, and a set for many.
 */
export type Few<T extends object> = T | readonly T[] | Set<T> | undefined

/** Adds an object, to the set itself where there is one. @returns all of them */
export const withOne = <T extends object>(all: Few<T>, one: T): Few<T> => {
  if (all === undefined || all === one) return one
  if (all instanceof Set) return all.add(one)
  if (!isList(all)) return [all, one]
  if (all.includes(one)) return all
  // Of what is spread, a list would keep room for more.
  return all.length < MOST_LISTED ? all.concat(one) : new Set(all).add(one)
}

/** Removes an object, from the set itself where there is one. @returns those that are left */
export const withoutOne = <T extends object>(all: Few<T>, one: T): Few<T> => {
  if (all === undefined || all === one) return undefined
  if (all instanceof Set) {
    all.delete(one)
    return all.size > MOST_LISTED / 2 ? all : [...all]
  }
  if (!isList(all)) return all
  const at = all.indexOf(one)
  if (at < 0) return all
  return all.length === 2 ? all[1 - at] : all.toSpliced(at, 1)
}

/** Whether an object is among them. */
export const hasOne = <T extends object>(all: Few<T>, one: T): boolean => {
  if (all === undefined || all === one) return all === one
  if (all instanceof Set) return all.has(one)
  return isList(all) && all.includes(one)
}

/** How many there are. */
export const countOf = <T extends object>(all: Few<T>): number => {
  if (all === undefined) return 0
  if (all instanceof Set) return all.size
  return isList(all) ? all.length : 1
}

/** All of them, in the order in which they came. */
export const eachOf = <T extends object>(all: Few<T>): Iterable<T> => {
  if (all === undefined) return []
  return all instanceof Set || isList(all) ? all : [all]
}

const isList = <T extends object>(all: T | readonly T[]): all is readonly T[] => Array.isArray(all)
