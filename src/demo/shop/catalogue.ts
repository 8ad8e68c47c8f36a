import { buying } from './checkout.ts'
import { data } from './data.ts'
import { jobs, monitors } from './operations.ts'
import type { Service } from './service.ts'
import { storefront } from './storefront.ts'

/** Services that even a small shop has, in this order. */
const FIRST: readonly string[] = [
  'edge',
  'frontend',
  'catalog',
  'catalog-db',
  'carts',
  'carts-cache',
  'orders',
  'orders-db',
  'payments',
  'fraud-check',
]

const order = ({ name }: Service): number => (FIRST.includes(name) ? FIRST.indexOf(name) : FIRST.length)

/** All long-running container services of a shop, the most important first. */
export const lasting: readonly Service[] = [...storefront, ...buying, ...data, ...monitors].sort(
  (a, b) => order(a) - order(b),
)

/** Services that run for a short time only. */
export const passing: readonly Service[] = jobs

const isBound = ({ stateful, published }: Service): boolean => stateful === true || published !== undefined

/**
 * Distributes a number of containers over the services. Each service gets one copy, in order; the rest go to the
 * services furthest below their usual share. Services that keep data or publish a host port get no more copies than
 * usual.
 */
export const copiesFor = (containers: number): ReadonlyMap<Service, number> => {
  const copies = new Map<Service, number>()
  for (const service of lasting.slice(0, containers)) copies.set(service, 1)
  for (let left = containers - copies.size; left > 0; left--) {
    const open = [...copies].filter(([service, n]) => !isBound(service) || n < service.copies)
    const [next] = open.sort(([a, n], [b, m]) => n / a.copies - m / b.copies)
    if (next === undefined) break
    copies.set(next[0], next[1] + 1)
  }
  return copies
}
