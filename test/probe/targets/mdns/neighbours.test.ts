import { expect, it } from 'vitest'
import { createNeighbours, MAX_NEIGHBOURS } from '../../../../src/probe/targets/mdns/neighbours.ts'
import { type Target, targetId } from '../../../../src/probe/targets/target.ts'

const app = (n: number): Target => ({
  url: `http://10.0.0.${n}:4040`,
  address: `10.0.0.${n}`,
  origin: 'discovered',
})
const limits = { silentMs: 100, answeringMs: 1000 }

it('are known from when they are heard of until they say that they go', () => {
  const neighbours = createNeighbours(limits)
  expect(neighbours.heard(app(1), 0)).toBe(true)
  expect(neighbours.heard(app(1), 10)).toBe(false)
  expect(neighbours.heard(app(2), 10)).toBe(true)
  expect(neighbours.targets()).toEqual([app(1), app(2)])
  expect(neighbours.left(targetId(app(1)))).toBe(true)
  expect(neighbours.left(targetId(app(1)))).toBe(false)
  expect(neighbours.targets()).toEqual([app(2)])
})

it('are dropped when they are silent: sooner when they do not answer to reports, either', () => {
  const neighbours = createNeighbours(limits)
  const isAnswering = ({ url }: Target) => url === app(1).url
  neighbours.heard(app(1), 0)
  neighbours.heard(app(2), 0)
  expect(neighbours.expire(99, isAnswering)).toBe(false)
  expect(neighbours.expire(100, isAnswering)).toBe(true)
  expect(neighbours.targets()).toEqual([app(1)])
  neighbours.heard(app(1), 500)
  expect(neighbours.expire(1499, isAnswering)).toBe(false)
  expect(neighbours.expire(1500, isAnswering)).toBe(true)
  expect(neighbours.targets()).toEqual([])
})

it('are not more than a few, whoever announces what', () => {
  const neighbours = createNeighbours(limits)
  for (let n = 0; n < 250; n++) neighbours.heard(app(n), 0)
  expect(neighbours.targets()).toHaveLength(MAX_NEIGHBOURS)
  expect(neighbours.targets()[0]).toEqual(app(0))
})
