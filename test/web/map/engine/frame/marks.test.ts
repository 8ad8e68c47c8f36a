import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import type { Mark } from '../../../../../web/domain/node/mark-of.ts'
import { loadMarks } from '../../../../../web/map/engine/frame/marks.ts'
import { fakePath } from '../../../support/canvas.ts'

beforeEach(() => vi.stubGlobal('Path2D', fakePath))
afterEach(() => vi.unstubAllGlobals())

const nginx = 'nginx' as Mark
const outlines = { [nginx]: 'M0 0' } as Readonly<Record<Mark, string>>

it('marks are loaded once, when the first one is asked for', async () => {
  const load = vi.fn(async () => outlines)
  const loaded = vi.fn()
  const marks = loadMarks(load, loaded)
  await Promise.resolve()
  expect(load).not.toHaveBeenCalled()
  expect(marks.paths?.get(nginx)).toBeUndefined()
  expect(marks.paths?.get(nginx)).toBeUndefined()
  await vi.waitFor(() => expect(loaded).toHaveBeenCalledOnce())
  expect(load).toHaveBeenCalledOnce()
  expect(marks.paths?.get(nginx)).toBeDefined()
  expect(marks.outlines).toEqual(outlines)
})

it('nodes lack nothing where marks cannot be loaded', async () => {
  const load = vi.fn(() => Promise.reject(new Error('not there')))
  const marks = loadMarks(load, () => undefined)
  marks.paths?.get(nginx)
  await Promise.resolve()
  expect(marks.paths?.get(nginx)).toBeUndefined()
  expect(load).toHaveBeenCalledOnce()
})
