import { describe, expect, it } from 'vitest'
import { glyphOf } from '../../../web/domain/glyph-of.ts'
import { carried, colourOf, radiusOf, ringChoices, ringShare } from '../../../web/domain/node-look.ts'
import { chooseRing } from '../../../web/domain/ring-choice.ts'
import { settings } from '../../../web/settings.ts'
import { edge, node } from '../support/graph.ts'

const metric = (label: string, value: number, max: number) => ({
  id: label,
  label,
  format: 'percent' as const,
  priority: 1,
  value,
  min: 0,
  max,
  samples: null,
  url: '',
})

describe('nodes', () => {
  it('alike have one colour, whatever they are called; what nobody watches has none', () => {
    expect(colourOf(node('a', { rank: 'redis' }))).toBe(colourOf(node('b', { rank: 'redis' })))
    expect(colourOf(node('c', { pseudo: true }))).toBeUndefined()
  })

  it('grow with what they carry, within a factor of two', () => {
    const { radiusMin, radiusMax } = settings.node
    const radii = [0, 1, 10, 100, 10_000, 1e9].map((load) => radiusOf(load, settings.node))
    expect(radii).toEqual([...radii].sort((a, b) => a - b))
    expect(radii[0]).toBe(radiusMin)
    expect(radii.at(-1)).toBe(radiusMax)
    expect(radiusMax / radiusMin).toBeLessThanOrEqual(2)
  })

  it('carry the edges of both directions, a loop once', () => {
    const loads = carried([edge('a', 'b', { open: 3 }), edge('a', 'a', { open: 0 })])
    expect(Object.fromEntries(loads)).toEqual({ a: 5, b: 4 })
  })

  it.each([
    [[metric('CPU', 50, 200)], 0.25],
    [[metric('CPU', 300, 200)], 1],
    [[metric('CPU', 1, 0)], 0],
    [[metric('Memory', 1, 2)], undefined],
    [[], undefined],
  ])('ring %#', (metrics, share) => expect(ringShare(node('a', { metrics }), 'CPU')).toBe(share))

  it('offer the metrics they have, and CPU first', () => {
    const labels = ringChoices([
      node('a', { metrics: [metric('Memory', 1, 2), metric('CPU', 1, 2)] }),
      node('b', { metrics: [metric('Memory', 1, 2)] }),
    ])
    expect(labels).toEqual(['Memory', 'CPU'])
    expect(chooseRing(labels, undefined)).toBe('CPU')
    expect(chooseRing(labels, 'Memory')).toBe('Memory')
    expect(chooseRing(labels, 'gone')).toBe('CPU')
    expect(chooseRing(labels, '')).toBeUndefined()
    expect(chooseRing([], undefined)).toBeUndefined()
  })

  it.each([
    [node('shop-redis-1'), 'flash'],
    [
      node('x', { metadata: [{ id: 'docker_image_name', label: 'Image', value: 'postgres:16' }] }),
      'database',
    ],
    [node('nginx'), 'route'],
    [node('anything'), 'box'],
    [node('bash', { shape: 'square' }), 'prompt'],
    [node('redis', { shape: 'circle' }), 'server'],
    [node('redis', { shape: 'cloud' }), 'globe'],
    [node('Other processes', { rank: 'no-unit:web-1', shape: 'square', pseudo: true }), 'prompt'],
    [node('Containers', { rank: 'containers:db', shape: 'hexagon', pseudo: true }), 'box'],
  ])('icon %#', (of, glyph) => expect(glyphOf(of)).toBe(glyph))
})
