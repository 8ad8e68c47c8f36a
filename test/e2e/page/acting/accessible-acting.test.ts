import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { EVENTUALLY_MS, eventually } from '../../../support/eventually.ts'
import { devices, giveAxe, tooSmall, violations } from '../../../support/machine/axe.ts'
import { calm, openBrowser } from '../../../support/machine/browser.ts'
import { openTestDocker, type TestDocker } from '../../../support/machine/docker.ts'
import { pressUntil } from '../../../support/machine/press-again.ts'
import { describeWith } from '../../../support/machine/requirements.ts'
import { type RunningScope, startScope } from '../../../support/scope/running-scope.ts'

/** What talks in its log, and has a shell. */
const TALKS = `trap exit TERM; /bin/busybox --install -s /bin; while true; do echo "all is well"; sleep 0.5; done`

describeWith(['root', 'docker', 'browser'], 'everybody can act, and manage who may', () => {
  let docker: TestDocker
  let scope: RunningScope
  let browser: Browser

  const openOwner = async (width: number) => {
    const isPhone = width < 760
    const page = await browser.newPage({
      ...calm,
      viewport: { width, height: 800 },
      hasTouch: isPhone,
      isMobile: isPhone,
    })
    page.setDefaultTimeout(EVENTUALLY_MS)
    const { stdout } = await scope.scope('token', '--link')
    await page.goto(`${scope.url}/#code=${/#code=([\w-]+)/.exec(stdout)?.[1]}`)
    await page.getByTestId('account').filter({ hasText: 'owner' }).waitFor({ state: 'attached' })
    await giveAxe(page)
    return page
  }
  const card = async (page: Page) => {
    await page.locator(`[data-testid=node][data-label="${docker.prefix}one"] button`).press('Enter')
    await page.locator('[data-testid=control][data-control=docker_stop_container]').waitFor()
  }
  const dialog = (page: Page) => page.locator('dialog[open]').waitFor()
  const session = async (page: Page, control: string, text: string) => {
    await card(page)
    const drawer = page.locator('.drawer')
    await pressUntil(
      page,
      text,
      () => page.getByTestId('controls').getByText(control, { exact: true }).click(),
      async () => (await drawer.allTextContents()).join('').includes(text),
    )
  }
  const section = async (page: Page, name: string) => {
    await page.getByTestId('account').press('Enter')
    await page.getByTestId(`open-${name}`).press('Enter')
    await page.locator(`[data-testid=account-dialog][data-section=${name}]`).waitFor()
  }
  const batch = async (page: Page) => {
    await page.keyboard.press('a')
    await page.getByTestId('toggle-all').waitFor()
  }

  /** States of the page: each begins with the map of the containers, and is there when its function has returned. */
  const states: Readonly<Record<string, (page: Page) => Promise<unknown>>> = {
    'the controls of a card': card,
    async 'the arguments of a control'(page) {
      await card(page)
      await page.getByTestId('control-arguments').first().press('Enter')
      await dialog(page)
    },
    async 'the question before a control is used'(page) {
      await card(page)
      await page.locator('[data-testid=control][data-control=docker_stop_container]').press('Enter')
      await dialog(page)
    },
    'several nodes to act on': batch,
    async 'several nodes with what is to be done to them'(page) {
      await batch(page)
      await page.getByTestId('batch-choice').first().press('Enter')
    },
    sessions: (page) => section(page, 'sessions'),
    async users(page) {
      await section(page, 'users')
      await page.getByTestId('new-user').waitFor()
    },
    async 'the audit log'(page) {
      await section(page, 'audit')
      await page.getByTestId('audit-entry').first().waitFor()
    },
    'a terminal': (page) => session(page, 'Exec shell', '#'),
    'a log beside it': (page) => session(page, 'Logs', 'all is well'),
    async 'the question before a terminal is closed'(page) {
      await page.getByTestId('session-close').first().click()
      await dialog(page)
    },
  }

  beforeAll(async () => {
    docker = await openTestDocker()
    for (const name of ['one', 'two']) await docker.run(name, [], ['/bin/busybox', 'sh', '-c', TALKS])
    scope = await startScope()
    browser = await openBrowser()
    await eventually('the containers', async () => {
      const { nodes } = await scope.view('containers')
      const labels = Object.values(nodes).map(({ label }) => label)
      return ['one', 'two'].every((name) => labels.includes(docker.prefix + name))
    })
  })
  afterAll(async () => {
    await browser?.close()
    await scope?.stop()
    await docker?.close()
  })

  describe.each(devices)(
    'axe-core finds no fault, and all is large enough to be pressed $where in',
    ({ width, inThemes, least }) => {
      let page: Page
      beforeAll(async () => {
        page = await openOwner(width)
      })
      afterEach(async () => {
        // Out of a terminal first, whose Escape is its own.
        for (const key of ['Control+Shift+L', 'Escape', 'Escape', 'Escape']) await page.keyboard.press(key)
      })
      afterAll(() => page?.close())

      it.each(Object.keys(states))('%s', async (name) => {
        await page.goto(`${scope.url}/#/containers?group=&q=name:${docker.prefix}*`)
        await page.locator('[data-testid=map][data-settled=true]').waitFor()
        await states[name]?.(page)
        expect(await tooSmall(page, least)).toEqual([])
        expect(await violations(page, inThemes)).toEqual([])
      })
    },
  )
})
