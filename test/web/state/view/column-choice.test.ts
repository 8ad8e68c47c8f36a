import { createMemo, createRoot } from 'solid-js'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { rememberColumns, rememberedColumns } from '../../../../web/state/view/column-choice.ts'
import { stubStorage } from '../../support/browser-globals.ts'

beforeEach(() => {
  stubStorage()
})
afterEach(() => vi.unstubAllGlobals())

it('what is remembered of the columns of a view is followed by what shows them', () => {
  createRoot((dispose) => {
    const shown = createMemo(() => rememberedColumns('hosts'))
    expect(shown()).toBeUndefined()
    rememberColumns('hosts', ['cpu', 'memory'])
    expect(shown()).toEqual(['cpu', 'memory'])
    rememberColumns('containers', ['state'])
    expect(shown()).toEqual(['cpu', 'memory'])
    rememberColumns('hosts', undefined)
    expect(shown()).toBeUndefined()
    dispose()
  })
})
