import { describe, expect, it } from 'vitest'
import { contrastOf, readContrast, readTheme, themeOf } from '../../../../web/domain/theme/theme.ts'

describe('theme', () => {
  it.each([
    ['system', true, 'light'],
    ['system', false, 'dark'],
    ['dark', true, 'dark'],
    ['light', false, 'light'],
  ] as const)('%s with a system that asks for light colours: %s', (choice, isLight, theme) =>
    expect(themeOf(choice, isLight)).toBe(theme),
  )
  it.each([
    ['dark', 'dark'],
    ['light', 'light'],
    ['system', 'system'],
    ['pink', 'system'],
    [null, 'system'],
  ] as const)('%s is remembered as %s', (text, choice) => expect(readTheme(text)).toBe(choice))
})

describe('contrast', () => {
  it.each([
    ['system', false, 'normal'],
    ['system', true, 'more'],
    ['more', false, 'more'],
    ['more', true, 'more'],
  ] as const)('%s with a system that asks for more: %s', (choice, isMore, contrast) =>
    expect(contrastOf(choice, isMore)).toBe(contrast),
  )
  it.each([
    ['more', 'more'],
    ['less', 'system'],
    [null, 'system'],
  ] as const)('%s is remembered as %s', (text, choice) => expect(readContrast(text)).toBe(choice))
})
