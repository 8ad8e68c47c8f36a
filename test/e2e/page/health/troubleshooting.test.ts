import { readFile } from 'node:fs/promises'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { AppDetails } from '../../../../src/api/types.ts'
import { EVENTUALLY_MS, eventually } from '../../../support/eventually.ts'
import { openBrowser } from '../../../support/machine/browser.ts'
import { describeWith } from '../../../support/machine/requirements.ts'
import { type RunningDemo, startDemo } from '../../../support/scope/running-demo.ts'

describeWith(['browser'], 'when something is wrong', () => {
  let demo: RunningDemo
  let browser: Browser
  let page: Page

  beforeAll(async () => {
    demo = await startDemo()
    browser = await openBrowser()
    page = await browser.newPage({ viewport: { width: 1200, height: 800 } })
    await page.goto(`${demo.url}/#/hosts`)
    // Each host reports by itself.
    await page.locator('[data-testid=node][data-label=node-3]').waitFor({ state: 'attached' })
    await settled()
  })
  afterAll(async () => {
    await browser?.close()
    await demo?.stop()
  })

  const settled = () =>
    page.locator('[data-testid=map][data-settled=true]').waitFor({ timeout: EVENTUALLY_MS })
  const saved = async (button: string) => {
    const [file] = await Promise.all([page.waitForEvent('download'), page.getByTestId(button).click()])
    expect(file.suggestedFilename()).toMatch(/^[\w-]+-\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d\.json$/)
    return JSON.parse(await readFile(await file.path(), 'utf8'))
  }

  it('the foot has the version, and tells how the app fares', async () => {
    const { version, hostname } = (await (await fetch(`${demo.url}/api`)).json()) as AppDetails
    const button = page.getByTestId('troubleshooting-open')
    await eventually(
      'version and host',
      async () => (await button.textContent()) === `Scope ${version} on ${hostname}`,
    )
    await button.click()
    const facts = page.getByTestId('app-facts')
    await eventually('the facts', async () => /Statewell.*Memory\d/.test((await facts.textContent()) ?? ''))
  })

  it('view and reports are saved as the app answers them', async () => {
    const { nodes } = await saved('save-view')
    expect(Object.values<{ label: string }>(nodes).map(({ label }) => label)).toContain('node-1')
    const { reports } = await saved('save-reports')
    expect(Array.isArray(reports) && reports.length).toBeGreaterThanOrEqual(3)
  })

  it('the page starts anew, without what it kept', async () => {
    await page.getByTestId('theme').click()
    await page.getByTestId('theme-light').click()
    const keys = () =>
      page.evaluate<string[]>('[...Object.keys(localStorage), ...Object.keys(sessionStorage)]')
    await eventually('that something is kept', async () => (await keys()).length > 0)
    await page.getByTestId('troubleshooting-open').click()
    await page.getByTestId('start-anew').click()
    await eventually('another view', () => !page.url().includes('hosts'))
    await settled()
    expect(await keys()).toEqual([])
  })
})
