import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { calm, openBrowser } from '../../../support/machine/browser.ts'
import { pointAtNode } from '../../../support/machine/map-nodes.ts'
import { describeWith } from '../../../support/machine/requirements.ts'
import { type RunningDemo, startDemo } from '../../../support/scope/running-demo.ts'

describeWith(['browser'], 'a double click on a group', () => {
  let demo: RunningDemo
  let browser: Browser
  beforeAll(async () => {
    demo = await startDemo(['--churn=0'])
    browser = await openBrowser()
  })
  afterAll(async () => {
    await browser?.close()
    await demo?.stop()
  })

  it('opens it also where its card, which the first click opens, comes to lie over it', async () => {
    const page = await browser.newPage({ ...calm, viewport: { width: 1280, height: 800 } })
    await page.goto(`${demo.url}/#/containers?group=service`)
    await page.locator('[data-testid=map][data-settled=true]').waitFor()
    const label = 'web_frontend'
    // To where cards are shown.
    const from = await pointAtNode(page, label)
    const empty = { x: 5, y: 300 }
    await page.mouse.move(empty.x, empty.y)
    await page.mouse.down()
    await page.mouse.move(empty.x + 980 - from.x, empty.y, { steps: 4 })
    await page.mouse.up()
    const { x, y } = await pointAtNode(page, label)
    await page.mouse.click(x, y)
    const card = page.getByTestId('card')
    await card.waitFor()
    const box = await card.boundingBox()
    expect(x).toBeGreaterThan(box?.x ?? Number.POSITIVE_INFINITY)
    // The second press comes when the card is there.
    await page.mouse.down({ clickCount: 2 })
    await page.mouse.up({ clickCount: 2 })
    await page.locator(`[data-testid=node][data-label^="${label}."]`).first().waitFor({ state: 'attached' })
    await page.close()
  })
})
