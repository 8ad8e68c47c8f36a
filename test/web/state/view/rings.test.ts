import { createRoot } from 'solid-js'
import { expect, it } from 'vitest'
import type { MetricRow } from '../../../../src/api/types.ts'
import type { Route } from '../../../../web/domain/address/route.ts'
import type { LiveContent } from '../../../../web/domain/graph/live-content.ts'
import type { Router } from '../../../../web/state/page/router.ts'
import { createRings } from '../../../../web/state/view/rings.ts'
import { node } from '../../support/graph.ts'

const metric = (label: string, priority: number) => ({ label, priority }) as MetricRow
const metrics = [metric('CPU', 1), metric('Memory', 2)]
const nodes = new Map([['a', node('a', { metrics })]])
const content = { view: 'hosts', graph: { nodes, edges: new Map() } } as unknown as LiveContent

/** Rings, and what is asked of the address. */
const rings = (ring?: string) =>
  createRoot(() => {
    const asked: (string | undefined)[] = []
    const router: Router = {
      route: () => ({ ring }) as Route,
      go: (change) => void asked.push(change.ring),
    }
    return { ...createRings(() => content, router), asked }
  })

it('rings show a metric that is pointed at, without choosing it', () => {
  const { chosen, shown, preview, asked } = rings()
  expect([chosen(), shown()]).toEqual(['CPU', 'CPU'])
  preview('Memory')
  expect([chosen(), shown()]).toEqual(['CPU', 'Memory'])
  preview('')
  expect([chosen(), shown()]).toEqual(['CPU', undefined])
  preview(undefined)
  expect([chosen(), shown(), ...asked]).toEqual(['CPU', 'CPU'])
})

it('rings show what is chosen then, by press or by key', () => {
  const { shown, preview, choose, step, asked } = rings('CPU')
  preview('Memory')
  choose('CPU')
  expect(shown()).toBe('CPU')
  preview('')
  // The one after the chosen, not after the one pointed at.
  step(1)
  expect([shown(), ...asked]).toEqual(['CPU', 'CPU', 'Memory'])
})
