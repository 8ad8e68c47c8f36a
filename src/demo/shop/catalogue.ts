import { buying } from './checkout.ts'
import { data } from './data.ts'
import { jobs, monitors } from './operations.ts'
import type { Service } from './service.ts'
import { storefront } from './storefront.ts'

/** A shop of few containers has these. */
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

/** All that runs in containers of a shop for good, the most needed first. */
export const lasting: readonly Service[] = [...storefront, ...buying, ...data, ...monitors].sort(
  (a, b) => order(a) - order(b),
)

/** What starts and ends again. */
export const passing: readonly Service[] = jobs

const isBound = ({ stateful, published }: Service): boolean => stateful === true || published !== undefined

/**
 * How many copies of each service make up so many containers. From the first on each gets one; what is left goes where
 * the share that a service should have is least filled. Services that keep data, or a port of a host, get no more than usual.
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
