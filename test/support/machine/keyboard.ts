import type { Locator, Page } from 'playwright-core'
import { eventually } from '../eventually.ts'

/** More elements than any page of the tests has that take the focus. */
const MOST_STEPS = 80

/** What has the focus: its test id (else its tag, BODY where nothing has it), its name, and its outline. */
export interface Focus {
  readonly id: string
  readonly name: string
  readonly outline: string
}

/** What is done on a page by keyboard alone. */
export interface Keyboard {
  /** Presses keys, one after the other. */
  press(...keys: readonly string[]): Promise<void>
  focus(): Promise<Focus>
  /** Waits until what has this test id has the focus. */
  isAt(id: string): Promise<void>
  /** Goes on with Tab, or back with ⇧ Tab, to the next element with this test id, or to this one. */
  tabTo(what: string | Locator, key?: 'Tab' | 'Shift+Tab'): Promise<void>
  /** Opens the palette, types, and waits until the chosen entry begins with this name. */
  find(text: string, name?: string): Promise<void>
}

/** The keyboard of a page, which need not be open yet. */
export const keyboardOf = (page: () => Page): Keyboard => {
  const press = async (...keys: readonly string[]) => {
    for (const key of keys) await page().keyboard.press(key)
  }
  const focus = () =>
    page().evaluate<Focus>(`(({ activeElement: at }) => ({
      id: at.dataset.testid ?? at.tagName,
      name: at.getAttribute('aria-label') ?? at.textContent,
      outline: getComputedStyle(at).outlineStyle,
    }))(document)`)
  const isAt = async (id: string) => {
    await eventually(`the focus at ${id}`, async () => (await focus()).id === id)
  }
  return {
    press,
    focus,
    isAt,
    async tabTo(what, key = 'Tab') {
      const isThere = async () =>
        typeof what === 'string'
          ? (await focus()).id === what
          : (await what.and(page().locator(':focus')).count()) === 1
      for (let steps = 0; steps < MOST_STEPS; steps++) {
        await press(key)
        if (await isThere()) return
      }
      throw new Error(`${key} does not lead to ${what}`)
    },
    async find(text, name = text) {
      await press('Control+k')
      await isAt('palette-input')
      await page().keyboard.type(text)
      const chosen = page().locator('[role=option][aria-selected=true]')
      await eventually(name, async () => (await chosen.textContent())?.startsWith(name) === true)
    },
  }
}
