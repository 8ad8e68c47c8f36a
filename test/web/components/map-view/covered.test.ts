import { afterEach, expect, it, vi } from 'vitest'
import { covered } from '../../../../web/components/map-view/covered.ts'

const page = (innerWidth: number, innerHeight: number) => vi.stubGlobal('window', { innerWidth, innerHeight })

afterEach(() => vi.unstubAllGlobals())

it('a fitted map stays below the findings, also where the header has two lines', () => {
  page(1440, 900)
  const wide = covered(false)
  page(390, 844)
  // The strip of findings begins below the header, of 48 or 93 pixels, and is 44 high with its gaps.
  expect([wide.top, covered(false).top].map((top) => top >= 92)).toEqual([true, true])
  expect(covered(false).top).toBeGreaterThanOrEqual(93 + 44)
})

it('a card covers the right of a wide page, and the lower part of a narrow one', () => {
  page(1440, 900)
  expect(covered(true).right).toBeGreaterThan(covered(false).right + 300)
  page(390, 844)
  expect(covered(true)).toMatchObject({ right: covered(false).right, bottom: 506 })
})
