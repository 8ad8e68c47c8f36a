type Plain = Readonly<Record<string, unknown>>

const isAlikeList = (a: readonly unknown[], b: readonly unknown[]): boolean =>
  a.length === b.length && a.every((value, index) => isAlike(value, b[index]))

const isAlikeMap = (a: Plain, b: Plain): boolean => {
  let more = 0
  for (const key in a) {
    const value = a[key]
    // most fields are numbers and texts: for tens of thousands of records a call for each would be felt
    if (value !== b[key] && !isAlike(value, b[key])) return false
    if (value === undefined && !(key in b)) return false
    more++
  }
  for (const _ in b) more--
  return more === 0
}

/** True for plain values, lists and maps that say the same. */
const isAlike = (a: unknown, b: unknown): boolean => {
  if (a === b) return true
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return Object.is(a, b)
  if (Array.isArray(a)) return Array.isArray(b) && isAlikeList(a, b)
  return !Array.isArray(b) && isAlikeMap(a as Plain, b as Plain)
}

/**
 * Keeps what did not change the same: of entities that are made anew each time, one that says the same as the one of its id
 * before is replaced by that, and a list in which nothing is other than before by the list before.
 *
 * @returns takes the entities of a report, each id once; gives such a list, which must not be changed
 */
export const createStabiliser = <Entity extends { readonly id: string }>(): ((
  entities: readonly Entity[],
) => Entity[]) => {
  let before: Entity[] = []
  let beforeById: Map<string, Entity> | undefined

  const find = (id: string, index: number): Entity | undefined => {
    const inPlace = before[index]
    if (inPlace?.id === id) return inPlace
    beforeById ??= new Map(before.map((entity) => [entity.id, entity]))
    return beforeById.get(id)
  }

  return (entities) => {
    let isSame = entities.length === before.length
    const now: Entity[] = []
    for (const [index, entity] of entities.entries()) {
      const known = find(entity.id, index)
      const stable = known !== undefined && isAlike(known, entity) ? known : entity
      if (stable !== before[index]) isSame = false
      now.push(stable)
    }
    if (!isSame) {
      before = now
      beforeById = undefined
    }
    return before
  }
}
