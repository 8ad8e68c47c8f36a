import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { settings } from '../../../../web/settings.ts'
import {
  hadSessions,
  type KeptSession,
  keepSessions,
  rememberSessions,
  takeKept,
} from '../../../../web/state/control/kept.ts'

const sessionOf = (label: string, length: number): KeptSession => ({
  sources: [{ kind: 'terminal', pipe: 'p', tty: true, nodeId: 'n', label, probeId: 'probe' }],
  terminal: { text: 'x'.repeat(length), size: { cols: 80, rows: 24 } as never, position: 0, title: '' },
})
const labels = () => takeKept().map(({ sources }) => sources[0]?.label)

let items: Map<string, string>
beforeEach(() => {
  items = new Map()
  vi.stubGlobal('sessionStorage', {
    getItem: (key: string) => items.get(key) ?? null,
    setItem: (key: string, value: string) => void items.set(key, value),
    removeItem: (key: string) => void items.delete(key),
  })
})
afterEach(() => void vi.unstubAllGlobals())

it('sessions are kept over a reload, once', () => {
  keepSessions([sessionOf('web', 3), sessionOf('db', 2)])
  expect([labels(), labels(), items.size]).toEqual([['web', 'db'], [], 0])
})

it('the longest text is left out where there is no room for all', () => {
  keepSessions([sessionOf('web', 3), sessionOf('long', settings.terminal.keptMost), sessionOf('db', 2)])
  expect(labels()).toEqual(['web', 'db'])
})

it('without sessions nothing is kept, and what was kept is not there any more', () => {
  keepSessions([])
  expect([items.size, labels()]).toEqual([0, []])
})

it('what is damaged, or may not be read, is no session', () => {
  items.set('scope.sessions', '{')
  expect(takeKept()).toEqual([])
  vi.stubGlobal('sessionStorage', undefined)
  keepSessions([sessionOf('web', 3)])
  rememberSessions()
  expect([takeKept(), hadSessions()]).toEqual([[], false])
})

it('a tab remembers that it has had sessions', () => {
  expect(hadSessions()).toBe(false)
  rememberSessions()
  expect(hadSessions()).toBe(true)
})
