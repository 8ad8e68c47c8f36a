import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { createEarlyKeys, type EarlyKeys } from '../../../../web/state/page/early-keys.ts'
import { stubBrowser } from '../../support/browser-globals.ts'

let keys: EarlyKeys
let escaped: number
let heard: string[]

beforeEach(() => {
  stubBrowser('http://localhost/')
  keys = createEarlyKeys()
  escaped = 0
  heard = []
})
afterEach(() => {
  keys.end()
  vi.unstubAllGlobals()
})

/** @returns whether the browser is to do nothing with it */
const press = (key: string, held: object = {}) => {
  const event = Object.assign(new Event('keydown', { cancelable: true }), {
    ...{ key, ctrlKey: false, metaKey: false, altKey: false },
    ...held,
  })
  event.stopPropagation = () => void heard.push(key)
  return !window.dispatchEvent(event)
}
const begin = () =>
  keys.begin(() => {
    escaped += 1
  })

it('keeps what is typed until there is a field for it, once', () => {
  begin()
  expect([press('w'), press('b'), press('Backspace'), press('e')]).toEqual([true, true, true, true])
  expect([keys.end(), keys.end()]).toEqual(['we', ''])
})

it('lets no key go elsewhere meanwhile, and leaves to the browser what types nothing', () => {
  begin()
  expect([press('F5'), press('r', { ctrlKey: true })]).toEqual([false, false])
  expect(heard).toEqual(['F5', 'r'])
})

it('hears nothing before it begins and after it ends', () => {
  press('a')
  begin()
  press('b')
  keys.end()
  press('c')
  expect([heard, keys.end()]).toEqual([['b'], ''])
})

it('is given up by Escape, with what was typed', () => {
  begin()
  press('a')
  press('Escape')
  press('b')
  expect([escaped, keys.end()]).toEqual([1, ''])
})

it('begins anew with nothing', () => {
  begin()
  press('a')
  begin()
  press('b')
  expect(keys.end()).toBe('b')
})
