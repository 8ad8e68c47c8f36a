import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest'
import { eventually } from '../../../support/eventually.ts'
import { calm, openBrowser } from '../../../support/machine/browser.ts'
import { describeWith } from '../../../support/machine/requirements.ts'
import { type RunningDemo, startDemo } from '../../../support/scope/running-demo.ts'

let demo: RunningDemo
let browser: Browser

type OnFinished = typeof onTestFinished

/** @param onFinished of the test, where it runs beside others */
const newPage = async (onFinished: OnFinished = onTestFinished): Promise<Page> => {
  const page = await browser.newPage({ ...calm, viewport: { width: 1280, height: 800 } })
  onFinished(() => page.close())
  return page
}

/** Gives up what the page loads of these files so many times, or until it is to come. */
const giveUp = async (page: Page, files: string, most = Number.POSITIVE_INFINITY) => {
  let tries = 0
  let left = most
  await page.route(files, (route) => {
    tries += 1
    return left-- > 0 ? route.abort('internetdisconnected') : route.continue()
  })
  return {
    tries: () => tries,
    comesNow() {
      left = 0
    },
  }
}

const alerts = async (page: Page): Promise<string> =>
  (await page.getByRole('alert').allTextContents()).join('')

describeWith(['browser'], 'a page whose network changes before it has begun', () => {
  beforeAll(async () => {
    demo = await startDemo()
    browser = await openBrowser()
  })

  it.each([
    ['index', '/#/hosts', 'map'],
    ['web', '/#/hosts', 'map'],
    ['web', '/?session', 'session-window'],
  ])('begins all the same: without %s-*.js at first, at %s', async (part, address, shown) => {
    const page = await newPage()
    const files = await giveUp(page, `**/assets/${part}-*.js`, 2)
    await page.goto(`${demo.url}${address}`)
    await page.getByTestId(shown).waitFor()
    expect(files.tries()).toBe(3)
    expect(page.url()).toContain(address)
    expect(await page.evaluate("sessionStorage.getItem('scope.begins')")).toBe(null)
    expect(await alerts(page)).toBe('')
  })

  it.concurrent('says so when its scripts cannot be had, and can be loaded again', async ({
    onTestFinished,
  }) => {
    const page = await newPage(onTestFinished)
    const part = await giveUp(page, '**/assets/index-*.js')
    await page.goto(demo.url)
    await page.getByRole('alert').filter({ hasText: 'did not get all of its scripts' }).waitFor()
    part.comesNow()
    await page.getByRole('button', { name: 'Load again' }).click()
    await page.getByTestId('map').waitFor()
  })

  it.concurrent('waits for an app that does not answer, and says so', async ({ onTestFinished }) => {
    const page = await newPage(onTestFinished)
    await giveUp(page, '**/assets/index-*.js', 1)
    let isSilent = false
    await page.route(`${demo.url}/`, (route) =>
      isSilent ? route.abort('internetdisconnected') : route.continue(),
    )
    page.on('requestfailed', () => {
      isSilent = true
    })
    await page.goto(demo.url)
    await page.getByRole('alert').filter({ hasText: 'The app does not answer' }).waitFor()
    await page.unroute(`${demo.url}/`)
    await page.getByTestId('map').waitFor()
  })
})

describeWith(['browser'], 'a page whose styles are given up as it is opened', () => {
  it('is not loaded again by what opens pages in tests, since it mends them, and its first address would be lost', async () => {
    const page = await newPage()
    let documents = 0
    page.on('request', (request) => {
      if (request.isNavigationRequest()) documents += 1
      // As when an address of the machine comes or goes, which no route can pretend.
      if (request.resourceType() === 'stylesheet')
        request.failure = () => ({ errorText: 'net::ERR_NETWORK_CHANGED' })
    })
    // So often that what opens pages looks before the last try.
    await giveUp(page, '**/assets/index-*.css', 4)
    await page.goto(`${demo.url}/#code=none`)
    await page.getByTestId('map').waitFor()
    expect(documents).toBe(1)
  })
})

const MISSING = 'A part of this page could not be loaded'

describeWith(['browser'], 'a page that cannot have a part for long', () => {
  it.concurrent('says so, and has it as soon as it can be had', async ({ onTestFinished }) => {
    const page = await newPage(onTestFinished)
    const part = await giveUp(page, '**/assets/help-*.js')
    await page.goto(demo.url)
    await page.getByTestId('map').waitFor()
    await page.keyboard.press('?')
    const notice = page.getByRole('alert').filter({ hasText: MISSING })
    await notice.waitFor()
    part.comesNow()
    await page.getByTestId('help').waitFor()
    await notice.waitFor({ state: 'detached' })
    expect(await alerts(page)).toBe('')
  })

  it.concurrent('says so in a window of a session, too', async ({ onTestFinished }) => {
    const page = await newPage(onTestFinished)
    const part = await giveUp(page, '**/assets/session-window-*.js')
    await page.goto(`${demo.url}/?session`)
    const notice = page.getByRole('alert').filter({ hasText: MISSING })
    await notice.waitFor()
    part.comesNow()
    await page.getByTestId('session-window').waitFor()
    await notice.waitFor({ state: 'detached' })
  })

  it.concurrent('does not wait for the palette with what is typed', async ({ onTestFinished }) => {
    const page = await newPage(onTestFinished)
    const part = await giveUp(page, '**/assets/app-palette-*.js')
    await page.goto(demo.url)
    await page.getByTestId('map').waitFor()
    await page.keyboard.press('Control+k')
    await page.getByRole('alert').filter({ hasText: MISSING }).waitFor()
    await page.keyboard.press('/')
    await page.keyboard.type('web')
    expect(await page.getByTestId('search').inputValue()).toBe('web')
    part.comesNow()
    await page.keyboard.press('Control+k')
    await page.getByTestId('palette-input').waitFor()
  })

  it('has it all the same when it is the styles of another part that cannot be had', async () => {
    const page = await newPage()
    const styles = await giveUp(page, '**/assets/help-*.css')
    const part = await giveUp(page, '**/assets/app-palette-*.js', 1)
    await page.goto(demo.url)
    await page.getByTestId('map').waitFor()
    await eventually('styles that were given up', () => styles.tries() > 1)
    await page.keyboard.press('Control+k')
    await page.getByTestId('palette-input').waitFor()
    expect(part.tries()).toBe(2)
  })

  it('knows of an update, although the app does not answer any more', async () => {
    const page = await newPage()
    await page.goto(demo.url)
    await page.getByTestId('map').waitFor()
    await page.keyboard.press('/')
    await page.keyboard.type('web')
    await page.route('**/assets/app-palette-*.js', (route) => route.fulfill({ status: 404 }))
    let asked = 0
    await page.route(`${demo.url}/`, (route) =>
      ++asked === 1
        ? route.fulfill({ body: '<script type="module" src="./assets/index-newer.js"></script>' })
        : route.abort('internetdisconnected'),
    )
    await page.keyboard.press('Control+k')
    const notice = page.getByTestId('missing-part').locator('p')
    await notice.waitFor()
    expect(await notice.textContent()).toContain('Scope was updated')
  })
})

describeWith(['browser'], 'a map whose network changes while it loads a layout', () => {
  const LAYERED = '/#/containers?layout=layered'
  const settled = '[data-testid=map][data-settled=true]'

  it('has the layout all the same', async () => {
    const page = await newPage()
    const part = await giveUp(page, '**/assets/layered-*.js', 1)
    await page.goto(`${demo.url}${LAYERED}`)
    await page.locator(settled).waitFor()
    expect(part.tries()).toBe(2)
    expect(await alerts(page)).toBe('')
  })

  it('has another one, and says so, until it can be had', async () => {
    const page = await newPage()
    const part = await giveUp(page, '**/assets/layered-*.js')
    await page.goto(`${demo.url}${LAYERED}`)
    await page.locator(settled).waitFor()
    const notice = page.getByRole('alert').filter({ hasText: 'in layers' })
    await notice.waitFor()
    part.comesNow()
    const before = part.tries()
    await page.goto(`${demo.url}/#/hosts?layout=layered`)
    await eventually('another try', () => part.tries() > before)
    await notice.waitFor({ state: 'detached' })
    await page.locator(settled).waitFor()
    expect(await alerts(page)).toBe('')
  })
})

afterAll(async () => {
  await browser?.close()
  await demo?.stop()
})
