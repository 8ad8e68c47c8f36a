interface Identified {
  readonly id: string
}

const made = new WeakMap<readonly Identified[], ReadonlyMap<string, Identified>>()

/** Entities by id; made once for an array, which must not change any more. Of two with one id, the last. */
export const byId = <Entity extends Identified>(entities: readonly Entity[]): ReadonlyMap<string, Entity> => {
  const known = made.get(entities) as ReadonlyMap<string, Entity> | undefined
  if (known !== undefined) return known
  const map = new Map(entities.map((entity) => [entity.id, entity]))
  made.set(entities, map)
  return map
}
