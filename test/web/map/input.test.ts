import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { type InputEvents, listenToPointers } from '../../../web/map/input.ts'

const longPressMs = 500
const settings = {
  ...{ clickSlop: 4, touchSlop: 10, doubleClickMs: 400, doubleClickSlop: 8 },
  ...{ wheelRate: 0.001, longPressMs },
}

let element: EventTarget
let told: string[]
let opensMenu: boolean
let aborter: AbortController

const send = (type: string, more: Readonly<Record<string, unknown>> = {}) => {
  const event = Object.assign(new Event(type, { cancelable: true }), {
    button: 0,
    ctrlKey: false,
    pointerId: 1,
    pointerType: 'mouse',
    clientX: 100,
    clientY: 100,
    ...more,
  })
  element.dispatchEvent(event)
  return event
}
const touch = { pointerType: 'touch' }

beforeEach(() => {
  vi.useFakeTimers()
  told = []
  opensMenu = true
  aborter = new AbortController()
  element = Object.assign(new EventTarget(), {
    getBoundingClientRect: () => ({ left: 10, top: 20 }),
    setPointerCapture: () => {},
  })
  const events: InputEvents = {
    hover: () => {},
    click: ({ x, y }, again, afterMenu) =>
      told.push(`${again ? 'second ' : ''}click ${x} ${y}${afterMenu ? ' after a menu' : ''}`),
    menu({ x, y }) {
      told.push(`menu ${x} ${y}`)
      return opensMenu
    },
    grab: ({ x, y }, afterMenu) => told.push(`grab ${x} ${y}${afterMenu ? ' after a menu' : ''}`),
    drag: ({ x, y }) => told.push(`drag ${x} ${y}`),
    pan: (dx, dy) => told.push(`pan ${dx} ${dy}`),
    zoom: ({ x, y }, factor) => told.push(`zoom ${x} ${y} ${factor.toFixed(3)}`),
    release: () => {},
  }
  listenToPointers(element as HTMLElement, events, settings, aborter.signal)
})
afterEach(() => {
  aborter.abort()
  vi.useRealTimers()
})

describe('the right button', () => {
  it('asks for a menu, in place of the browser’s own', () => {
    expect(send('contextmenu', { button: 2 }).defaultPrevented).toBe(true)
    expect(told).toEqual(['menu 90 80'])
  })

  it('leaves the browser its own where there is none', () => {
    opensMenu = false
    expect(send('contextmenu', { button: 2 }).defaultPrevented).toBe(false)
  })

  it('is the left one with Ctrl on some machines, whose click then tells of the menu', () => {
    send('pointerdown', { ctrlKey: true })
    send('contextmenu', { ctrlKey: true })
    send('pointerup', { ctrlKey: true })
    expect(told).toEqual(['menu 90 80', 'click 90 80 after a menu'])
  })

  it('is not what a key or a finger sends, which ask by themselves', () => {
    expect(send('contextmenu').defaultPrevented).toBe(true)
    expect(told).toEqual([])
  })
})

describe('a finger', () => {
  it('that rests asks for a menu, and tells of that when it is lifted or moves', () => {
    send('pointerdown', touch)
    vi.advanceTimersByTime(longPressMs)
    send('pointerup', touch)
    expect(told).toEqual(['menu 90 80', 'click 90 80 after a menu'])
    send('pointerdown', touch)
    vi.advanceTimersByTime(longPressMs)
    send('pointermove', { ...touch, clientX: 120 })
    expect(told.slice(2)).toEqual(['menu 90 80', 'grab 90 80 after a menu', 'drag 110 80'])
  })

  it('that clicks after one has rested tells of no menu', () => {
    send('pointerdown', touch)
    vi.advanceTimersByTime(longPressMs)
    send('pointerup', touch)
    send('pointerdown', touch)
    send('pointerup', touch)
    expect(told).toEqual(['menu 90 80', 'click 90 80 after a menu', 'click 90 80'])
  })

  it('that is lifted soon clicks', () => {
    send('pointerdown', touch)
    vi.advanceTimersByTime(longPressMs - 1)
    send('pointerup', touch)
    vi.advanceTimersByTime(longPressMs)
    expect(told).toEqual(['click 90 80'])
  })

  it('that moves drags', () => {
    send('pointerdown', touch)
    send('pointermove', { ...touch, clientX: 120 })
    vi.advanceTimersByTime(longPressMs)
    expect(told).toEqual(['grab 90 80', 'drag 110 80'])
  })

  it('that moves a little less than that has clicked', () => {
    send('pointerdown', touch)
    send('pointermove', { ...touch, clientX: 108 })
    send('pointerup', { ...touch, clientX: 108 })
    expect(told).toEqual(['click 98 80'])
  })

  it('that is not alone pinches', () => {
    send('pointerdown', touch)
    send('pointerdown', { ...touch, pointerId: 2, clientX: 200 })
    vi.advanceTimersByTime(longPressMs)
    expect(told).toEqual([])
    send('pointermove', { ...touch, clientX: 120 })
    expect(told).toEqual(['pan 10 0', 'zoom 150 80 0.800'])
    send('pointermove', { ...touch, pointerId: 2, clientX: 200, clientY: 160 })
    expect(told.slice(2)).toEqual(['pan 0 30', 'zoom 150 110 1.250'])
  })

  it('that is left of a pinch pans, and clicks nowhere', () => {
    send('pointerdown', touch)
    send('pointerdown', { ...touch, pointerId: 2, clientX: 200 })
    send('pointerup', { ...touch, pointerId: 2, clientX: 200 })
    send('pointermove', { ...touch, clientX: 120 })
    send('pointerup', { ...touch, clientX: 120 })
    expect(told).toEqual(['pan 20 0'])
  })
})

it('the mouse that rests does not ask for a menu', () => {
  send('pointerdown')
  vi.advanceTimersByTime(longPressMs)
  expect(told).toEqual([])
})

it.each([
  ['turned', {}, 'zoom 90 80 1.105'],
  ['turned a lot', { deltaY: -1000 }, 'zoom 90 80 1.271'],
  ['turned by lines', { deltaY: 3, deltaMode: 1 }, 'zoom 90 80 0.953'],
  ['turned with Ctrl, as a touchpad that is pinched says', { ctrlKey: true }, 'zoom 90 80 1.492'],
  ['turned back with Ctrl', { ctrlKey: true, deltaY: 100 }, 'zoom 90 80 0.670'],
])('the wheel that is %s zooms where the pointer is, in place of the browser', (_, more, zoom) => {
  expect(send('wheel', { deltaY: -100, deltaMode: 0, ...more }).defaultPrevented).toBe(true)
  expect(told).toEqual([zoom])
})

it('the mouse that moves by a few pixels between press and release has clicked, by more it drags', () => {
  send('pointerdown')
  send('pointermove', { clientX: 103 })
  send('pointerup', { clientX: 103 })
  send('pointerdown')
  send('pointermove', { clientX: 105 })
  send('pointerup', { clientX: 105 })
  expect(told).toEqual(['click 93 80', 'grab 90 80', 'drag 95 80'])
})

describe('a double click', () => {
  /** @param detail how many presses the browser has counted */
  const clickAt = (timeStamp: number, detail: number, more = {}) => {
    send('pointerdown', more)
    if (!('pointerType' in more)) send('mousedown', { detail })
    const event = new Event('pointerup')
    Object.defineProperty(event, 'timeStamp', { value: timeStamp })
    element.dispatchEvent(
      Object.assign(event, { pointerId: 1, pointerType: 'mouse', clientX: 100, clientY: 100, ...more }),
    )
  }
  const [first, second] = ['click 90 80', 'second click 90 80']

  it('of the mouse is what the browser counts as one, however slow its user is', () => {
    clickAt(0, 1)
    clickAt(900, 2)
    clickAt(1800, 3)
    clickAt(2700, 4)
    expect(told).toEqual([first, second, first, second])
  })

  it('of the mouse is none where the browser begins to count anew, however soon that is', () => {
    clickAt(0, 1)
    clickAt(10, 1)
    expect(told).toEqual([first, first])
  })

  it('of a finger comes soon and near', () => {
    clickAt(0, 0, touch)
    clickAt(400, 0, touch)
    clickAt(500, 0, touch)
    clickAt(901, 0, touch)
    clickAt(1000, 0, { ...touch, clientX: 109 })
    expect(told).toEqual([first, second, first, first, 'click 99 80'])
  })
})
