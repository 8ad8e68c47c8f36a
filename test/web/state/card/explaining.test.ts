import { createRoot, createSignal } from 'solid-js'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { createExplaining, type Explaining } from '../../../../web/state/card/explaining.ts'

let dispose: () => void
let explaining: Explaining
let open: (nodeId: string | undefined) => void

beforeEach(() =>
  createRoot((end) => {
    dispose = end
    const [card, setCard] = createSignal<string>()
    open = setCard
    explaining = createExplaining(card)
  }),
)
afterEach(() => dispose())

it('is asked on the card of its node, once that is open, until it is left', () => {
  explaining.ask('web', 'db')
  expect(explaining.other()).toBeUndefined()
  open('web')
  expect(explaining.other()).toBe('db')
  open('api')
  open('web')
  expect(explaining.other()).toBeUndefined()
})

it('ends when that is asked for', () => {
  open('web')
  explaining.ask('web', '')
  expect(explaining.other()).toBe('')
  explaining.stop()
  expect(explaining.other()).toBeUndefined()
})

it('the field takes the focus once each time that it appears, and not when another node is asked about', () => {
  open('web')
  expect(explaining.takesFocus()).toBe(false)
  explaining.ask('web', '')
  expect([explaining.takesFocus(), explaining.takesFocus()]).toEqual([true, false])
  explaining.ask('web', 'db')
  expect(explaining.takesFocus()).toBe(false)
  explaining.stop()
  explaining.ask('web', 'db')
  expect(explaining.takesFocus()).toBe(true)
})
