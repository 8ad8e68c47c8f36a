import { createRoot } from 'solid-js'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { createTheme, type ThemeState } from '../../../../web/state/page/theme.ts'
import { stubStorage } from '../../support/browser-globals.ts'

/** A media query of a system that can be told to ask for something else. */
const stubMedia = () => {
  const all = new Map<string, EventTarget & { matches: boolean }>()
  vi.stubGlobal('matchMedia', (query: string) => {
    const media = all.get(query) ?? Object.assign(new EventTarget(), { matches: false })
    all.set(query, media)
    return media
  })
  return (query: string, matches: boolean) => {
    const media = all.get(query)
    if (!media) throw new Error(`nobody asks for ${query}`)
    media.matches = matches
    media.dispatchEvent(new Event('change'))
  }
}

let storage: Map<string, string>
let dataset: Record<string, string>
let tell: ReturnType<typeof stubMedia>
let dispose = () => {}
const open = (): ThemeState => {
  dispose()
  return createRoot((end) => {
    dispose = end
    return createTheme()
  })
}

beforeEach(() => {
  storage = stubStorage()
  tell = stubMedia()
  dataset = {}
  vi.stubGlobal('document', { documentElement: { dataset } })
})
afterEach(() => {
  dispose()
  vi.unstubAllGlobals()
})

it('follows the system until something is chosen, and again when the system is chosen', () => {
  const theme = open()
  expect(dataset).toEqual({ theme: 'dark', contrast: 'normal' })
  tell('(prefers-color-scheme: light)', true)
  tell('(prefers-contrast: more)', true)
  expect(dataset).toEqual({ theme: 'light', contrast: 'more' })
  expect(theme.look()).toBe('light more')
  theme.choose('dark')
  expect(dataset).toEqual({ theme: 'dark', contrast: 'more' })
  theme.choose('system')
  expect(dataset).toEqual({ theme: 'light', contrast: 'more' })
  expect([...storage]).toEqual([])
})

it('remembers what was chosen', () => {
  const first = open()
  first.choose('light')
  first.chooseContrast('more')
  expect(dataset).toEqual({ theme: 'light', contrast: 'more' })
  const second = open()
  expect([second.choice(), second.contrastChoice()]).toEqual(['light', 'more'])
  expect(dataset).toEqual({ theme: 'light', contrast: 'more' })
  second.chooseContrast('system')
  expect(dataset).toEqual({ theme: 'light', contrast: 'normal' })
  expect(open().contrastChoice()).toBe('system')
})
