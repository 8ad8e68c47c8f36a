import { describe, expect, it } from 'vitest'
import { menuNote, menuPlace, menuStep } from '../../../../web/domain/control/menu.ts'

const names = ['Details', 'Logs', 'Pause …', 'Stop …', 'Start']

describe('a key in a menu', () => {
  it.each([
    ['ArrowDown', 0, 1],
    ['ArrowDown', 4, 0],
    ['ArrowDown', -1, 0],
    ['ArrowUp', 0, 4],
    ['ArrowUp', 3, 2],
    ['ArrowUp', -1, 4],
    ['Home', 3, 0],
    ['End', 0, 4],
    ['p', 0, 2],
    ['P', 0, 2],
    ['s', 0, 3],
    ['s', 3, 4],
    ['s', 4, 3],
    ['d', 0, 0],
    ['x', 0, undefined],
    [' ', 0, undefined],
    ['Enter', 0, undefined],
    ['F5', 0, undefined],
  ])('%s at %i leads to %s', (key, at, next) => expect(menuStep(key, at, names)).toBe(next))

  it('leads nowhere in an empty one', () => expect(menuStep('ArrowDown', -1, [])).toBeUndefined())
})

describe('the place of a menu', () => {
  const size = { width: 200, height: 300 }
  const window = { width: 1000, height: 700 }

  it.each([
    ['where it was asked for', { x: 100, y: 100 }, { x: 100, y: 100 }],
    ['within the right border', { x: 990, y: 100 }, { x: 792, y: 100 }],
    ['within the lower border, with what is reserved', { x: 100, y: 690 }, { x: 100, y: 292 }],
    ['within the corner', { x: 2000, y: 2000 }, { x: 792, y: 292 }],
    ['within the upper left corner', { x: -50, y: -50 }, { x: 8, y: 8 }],
  ])('is %s', (_, at, place) => expect(menuPlace(at, size, window, 400)).toEqual(place))

  it('begins at the top of a window that is too low for it', () =>
    expect(menuPlace({ x: 10, y: 250 }, size, { width: 300, height: 260 }, 400)).toEqual({ x: 10, y: 8 }))
})

describe('what the menu of a node says', () => {
  const of = { label: 'web', onMap: true, offered: 2, failure: undefined }

  it.each([
    ['nothing beside what it lists', of, undefined],
    ['that the app is asked', { ...of, offered: undefined }, 'Asking what can be done …'],
    ['that nothing is offered', { ...of, offered: 0 }, 'Nothing can be done to it.'],
    [
      'why the app could not be asked',
      { ...of, offered: undefined, failure: 'no answer' },
      'What can be done to it could not be read: no answer',
    ],
    // Not that it is gone: it may only match the filter no longer.
    ['that the view has the node no longer', { ...of, onMap: false }, 'web is no longer shown.'],
  ])('is %s', (_, menu, words) => expect(menuNote(menu)).toBe(words))
})
