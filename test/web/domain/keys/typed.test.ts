import { describe, expect, it } from 'vitest'
import { typedBy } from '../../../../web/domain/keys/typed.ts'

const press = (key: string, more = {}) => ({ key, ctrlKey: false, metaKey: false, altKey: false, ...more })

describe('a text', () => {
  it.each([
    ['', 'p', 'p'],
    ['pi', 'n', 'pin'],
    ['a', ' ', 'a '],
    ['', 'ü', 'ü'],
    ['', '😀', '😀'],
    ['a😀', 'Backspace', 'a'],
    ['', 'Backspace', ''],
  ])('%j after the key %j', (text, key, next) => expect(typedBy(text, press(key))).toBe(next))

  it.each([['Enter'], ['ArrowLeft'], ['Shift'], ['Dead']])('is not changed by %s', (key) =>
    expect(typedBy('a', press(key))).toBeUndefined(),
  )

  it.each([{ ctrlKey: true }, { metaKey: true }, { altKey: true }])('is not changed with %j', (held) =>
    expect(typedBy('a', press('c', held))).toBeUndefined(),
  )
})
