import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { complaintsIn, openBrowser } from '../../support/machine/browser.ts'
import { describeWith } from '../../support/machine/requirements.ts'
import { type RunningScope, startScope } from '../../support/scope/running-scope.ts'
import { PAGE, type Scene, sceneOf } from './journeys/scene.ts'
import { openShop, type Shop } from './journeys/shop.ts'
import { steps } from './journeys/steps.ts'

describeWith(['root', 'ebpf', 'docker', 'browser'], 'a journey over the page', () => {
  let shop: Shop
  let scope: RunningScope
  let browser: Browser
  let otherBrowser: Browser

  beforeAll(async () => {
    scope = await startScope()
    shop = await openShop()
    ;[browser, otherBrowser] = await Promise.all([openBrowser(), openBrowser()])
  })
  afterAll(async () => {
    await browser?.close()
    await otherBrowser?.close()
    await shop?.close()
    await scope?.stop()
  })

  for (const hand of ['mouse', 'keyboard'] as const)
    describe(`by ${hand} alone`, () => {
      const complaints: string[] = []
      let on: Scene

      beforeAll(async () => {
        const page = await browser.newPage(PAGE)
        page.on('console', (message) => {
          complaints.push(...complaintsIn(message))
        })
        page.on('pageerror', (error) => complaints.push(String(error)))
        on = sceneOf({ shop, scope, page, otherBrowser })
        await page.goto(`${scope.url}/#/containers?group=`)
        await on.at('map', '[data-settled=true]').waitFor()
      })
      afterAll(() => on?.page.close())

      for (const [does, step] of Object.entries(steps))
        it(does, async () => {
          await step[hand](on)
          await step.seen(on)
          if (hand === 'keyboard') expect((await on.focus()).id).not.toBe('BODY')
        })

      it('ran without a complaint of the browser', () => expect(complaints).toEqual([]))
    })
})
