interface Identified {
  readonly id: string
}

const made = new WeakMap<readonly Identified[], ReadonlyMap<string, Identified>>()

/**
 * A map of entities by id; of several with the same id, the last wins. It is cached per array, so the array must not be
 * changed afterwards.
 */
export const byId = <Entity extends Identified>(entities: readonly Entity[]): ReadonlyMap<string, Entity> => {
  const known = made.get(entities) as ReadonlyMap<string, Entity> | undefined
  if (known !== undefined) return known
  const map = new Map(entities.map((entity) => [entity.id, entity]))
  made.set(entities, map)
  return map
}
