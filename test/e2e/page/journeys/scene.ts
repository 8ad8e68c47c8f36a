import type { Browser, Locator, Page } from 'playwright-core'
import { expect } from 'vitest'
import { eventually } from '../../../support/eventually.ts'
import { calm } from '../../../support/machine/browser.ts'
import { keyboardOf } from '../../../support/machine/keyboard.ts'
import type { RunningScope } from '../../../support/scope/running-scope.ts'
import type { Shop } from './shop.ts'

/** Options of the pages of a journey. */
export const PAGE = { ...calm, viewport: { width: 1280, height: 800 } } as const

/** So long a card is given to open, before what is to open it is pressed again. */
const OPENED_MS = 10_000

/** Where a journey takes place. */
export interface Place {
  readonly shop: Shop
  readonly scope: RunningScope
  readonly page: Page
  /** The browser of whoever gets a link. */
  readonly otherBrowser: Browser
}

/** A place, what is looked for there, and what its hands do again and again. */
export const sceneOf = (place: Place) => {
  const { shop, page } = place
  const { press, tabTo, ...keyboard } = keyboardOf(() => page)
  const at = (id: string, more = '') => page.locator(`[data-testid=${id}]${more}`)
  const close = (once: () => Promise<unknown>) =>
    eventually('no card', async () => {
      const isClosed = (await page.locator('[data-card]').count()) === 0
      if (!isClosed) await once()
      return isClosed
    })
  const closeByMouse = () => close(() => at('card-close').click())
  const nodes = async () =>
    (await at('node').evaluateAll((all) => all.map(({ dataset }) => dataset.label ?? ''))).sort()
  return {
    ...{ ...place, ...keyboard, press, tabTo, at, nodes, name: shop.name },
    /** Name of the group of the workers. */
    group: `${shop.project}-worker`,
    project: at('option', `[data-value="${shop.project}"]`),
    /** A filter, and how it is written. */
    nginx: `image:${shop.name('nginx')}`,
    labelled: (id: string, label: string) => at(id, `[data-label="${label}"]`).first(),
    /** Waits until the map has just the nodes that are told, sorted. */
    shows: (truth: () => Promise<readonly string[]>) =>
      eventually('the true nodes', async () => {
        expect(await nodes()).toEqual(await truth())
        return true
      }),
    /** Waits until the open card is that of a node, or of an edge. */
    title: (text: string) => expect.poll(() => at('card-title').textContent()).toBe(text),
    /** Waits until the queue has so many connections from a node. */
    holds: (source: string, open: number) =>
      at('edge', `[data-source="${source}"][data-target="${shop.name('queue')}"]`)
        .filter({ hasText: `, ${open} open` })
        .waitFor({ state: 'attached' }),
    /** How many connections the card of an edge tells to have been opened. */
    opened: () =>
      at('edge-figures').locator('div').filter({ hasText: 'Opened' }).locator('.metric-value').textContent(),
    /** Labels of the rows of the table, from the top. */
    rows: async () =>
      (
        await at('grid-row').evaluateAll((all) =>
          all.map((row) => [Number(row.getAttribute('aria-rowindex')), row.dataset.label ?? ''] as const),
        )
      )
        .sort(([a], [b]) => a - b)
        .map(([, label]) => label),
    parameter: (key: string) => new URLSearchParams(new URL(page.url()).hash.split('?')[1]).get(key),
    camera: () => at('map-canvas').evaluate(({ dataset: { x, y, zoom } }) => [x, y, zoom].map(Number)),
    /** Presses a completion of what is searched for. */
    choose: (text: string | RegExp) => at('search-option').filter({ hasText: text }).first().click(),
    closeByMouse,
    closeByKeyboard: () => close(() => press('Escape')),
    /** Presses what a look points at, until the open card has a title: the map may move away under the pointer before that is pressed. */
    clickOn: (point: () => Promise<unknown>, title: string) =>
      eventually(`a press that opens ${title}`, async () => {
        await point()
        await page.mouse.down()
        await page.mouse.up()
        const titles = at('card-title')
        try {
          return await eventually(
            title,
            async () => (await titles.allTextContents()).join() === title,
            OPENED_MS,
          )
        } catch (error) {
          await closeByMouse()
          throw error
        }
      }),
    /** Presses what Tab leads to, one after the other. */
    async go(...to: readonly (string | Locator)[]) {
      for (const one of to) {
        await tabTo(one)
        await press('Enter')
      }
    },
    toMap: () => tabTo('map-canvas', 'Shift+Tab'),
    /** Scrolls the card, which grows until all is there that is told of its node. */
    toTheEnd: (once: () => Promise<unknown>) =>
      eventually('the end of the card', async () => {
        await once()
        return at('card-body').evaluate((it) => it.scrollTop + it.clientHeight > it.scrollHeight - 2)
      }),
  }
}
/** See {@link sceneOf}. */
export type Scene = ReturnType<typeof sceneOf>
