import { createRoot, createSignal } from 'solid-js'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { settings } from '../../../web/settings.ts'
import { type AppInfo, createAppInfo } from '../../../web/state/app-info.ts'
import { stubBrowser } from '../support/browser-globals.ts'

const { viewsPollMs, requestPausesMs } = settings.data

let dispose: () => void
let info: AppInfo
let asked: string[]
let isThere: boolean
let choose: (options: Readonly<Record<string, string>>) => void

beforeEach(() => {
  vi.useFakeTimers()
  stubBrowser('http://localhost/')
  asked = []
  isThere = true
  vi.stubGlobal('fetch', async (url: URL) => {
    asked.push(`${url.pathname}${url.search}`)
    if (!isThere) throw new TypeError('refused')
    return Response.json(url.pathname === '/api' ? { demo: true, version: '1.2', hostname: 'alpha' } : [])
  })
  createRoot((end) => {
    dispose = end
    const [options, setOptions] = createSignal<Readonly<Record<string, string>>>({})
    choose = setOptions
    info = createAppInfo(options)
  })
})
afterEach(() => {
  dispose()
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

const since = (at: number) => asked.slice(at).toSorted()

it('the app tells once what it is, and again and again which views and probes it has', async () => {
  await vi.advanceTimersByTimeAsync(0)
  expect([info.isDemo(), info.version(), info.hostname(), info.views()]).toEqual([true, '1.2', 'alpha', []])
  const first = asked.length
  await vi.advanceTimersByTimeAsync(viewsPollMs)
  expect(since(first)).toEqual(['/api/probes', '/api/topology'])
})

it('counts are asked for at once when other options are chosen', async () => {
  await vi.advanceTimersByTimeAsync(0)
  const first = asked.length
  choose({ stopped: 'both' })
  await vi.advanceTimersByTimeAsync(0)
  expect(since(first)).toEqual(['/api/topology?stopped=both'])
})

it('what the app is, is asked anew after it did not answer, since another one may be there then', async () => {
  await vi.advanceTimersByTimeAsync(0)
  isThere = false
  await vi.advanceTimersByTimeAsync(viewsPollMs + requestPausesMs.reduce((sum, ms) => sum + ms, 0))
  expect([info.failure()?.status, info.views()]).toEqual([0, []])
  isThere = true
  const first = asked.length
  await vi.advanceTimersByTimeAsync(viewsPollMs)
  expect(since(first)).toContain('/api')
  expect(info.failure()).toBeUndefined()
})

it('nothing is asked once it is over', async () => {
  await vi.advanceTimersByTimeAsync(0)
  dispose()
  const first = asked.length
  await vi.advanceTimersByTimeAsync(viewsPollMs * 3)
  expect(since(first)).toEqual([])
})
