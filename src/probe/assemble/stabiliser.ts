type Plain = Readonly<Record<string, unknown>>

const isAlikeList = (a: readonly unknown[], b: readonly unknown[]): boolean =>
  a.length === b.length && a.every((value, index) => isAlike(value, b[index]))

const isAlikeMap = (a: Plain, b: Plain): boolean => {
  let more = 0
  for (const key in a) {
    const value = a[key]
    // Most fields are numbers and strings. With tens of thousands of records, a function call for each field would be
    // noticeable.
    if (value !== b[key] && !isAlike(value, b[key])) return false
    if (value === undefined && !(key in b)) return false
    more++
  }
  for (const _ in b) more--
  return more === 0
}

/** Deep equality of plain values, lists and maps. */
const isAlike = (a: unknown, b: unknown): boolean => {
  if (a === b) return true
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return Object.is(a, b)
  if (Array.isArray(a)) return Array.isArray(b) && isAlikeList(a, b)
  return !Array.isArray(b) && isAlikeMap(a as Plain, b as Plain)
}

/**
 * Creates a function that keeps object identity across reports, for entities that are built anew each time. An entity
 * that is deeply equal to the previous one with its id is replaced by that previous object. When no entity changed, the
 * previous list is returned.
 *
 * @returns a function of the entities of a report, each id once; the list that it returns must not be modified
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
