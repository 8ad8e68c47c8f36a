import type { Terminal } from '@xterm/xterm'
import { expect, it } from 'vitest'
import { boundMeasuring } from '../../../web/terminal/measure-cells.ts'

const WIDTH = 8

/** A terminal whose cache of widths works like that of xterm.js, whose own needs a browser that lays text out. */
const terminalWith = (widthOf: (text: string) => number) => {
  let held = new Map<string, number>()
  const measured: string[] = []
  const cache = {
    _measure(text: string, _variant: number): number {
      measured.push(text)
      return widthOf(text)
    },
    clear() {
      held = new Map()
    },
    get(text: string): number {
      const known = held.get(text)
      if (known !== undefined) return known
      const width = cache._measure(text, 0)
      if (width > 0) held.set(text, width)
      return width
    },
  }
  const terminal = { _core: { _renderService: { _renderer: { value: { _widthCache: cache } } } } }
  boundMeasuring(terminal as unknown as Terminal)
  return { cache, measured, heldCount: () => held.size }
}

const marks = '\u0301'.repeat(17)

it('measures a cell of marks alone once', () => {
  const { cache, measured } = terminalWith((text) => (/^\p{Mn}+$/u.test(text) ? 0 : WIDTH))
  for (let i = 0; i < 3; i++) {
    expect(cache.get(marks)).toBeCloseTo(0)
    expect(cache.get(`e${marks}`)).toBe(WIDTH)
  }
  expect(measured).toEqual([marks, `e${marks}`])
})

it('measures text again that had no width while it was hidden', () => {
  let isHidden = true
  const { cache } = terminalWith(() => (isHidden ? 0 : WIDTH))
  expect(cache.get('W')).toBe(0)
  isHidden = false
  expect(cache.get('W')).toBe(WIDTH)
})

it('remembers no more than so many texts', () => {
  const { cache, heldCount } = terminalWith(() => WIDTH)
  for (let i = 0; i < 100_000; i++) cache.get(`text ${i}`)
  expect(heldCount()).toBeLessThanOrEqual(10_001)
  expect(cache.get('text 99999')).toBe(WIDTH)
})

it('leaves a version of xterm.js alone that is built otherwise', () => {
  expect(() => boundMeasuring({} as Terminal)).not.toThrow()
})
