import { byId } from './by-id.ts'

/**
 * Finds entities of a list by id. As long as they are asked for in their order, however many are passed over, no map of them is made:
 * a delta tells what has changed in the order of its base.
 */
export const findInOrder = <Entity extends { readonly id: string }>(
  entities: readonly Entity[],
): ((id: string) => Entity | undefined) => {
  let next = 0
  let isInOrder = true
  return (id) => {
    while (isInOrder) {
      const entity = entities[next]
      if (entity === undefined) isInOrder = false
      else {
        next++
        if (entity.id === id) return entity
      }
    }
    return byId(entities).get(id)
  }
}
