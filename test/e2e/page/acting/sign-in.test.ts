import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { EVENTUALLY_MS, eventually } from '../../../support/eventually.ts'
import { calm, openBrowser } from '../../../support/machine/browser.ts'
import { describeWith } from '../../../support/machine/requirements.ts'
import { containerNode, report } from '../../../support/reports/reports.ts'
import { connectTestProbe } from '../../../support/scope/app-client.ts'
import { type ReverseProxy, startForwardingProxy } from '../../../support/scope/reverse-proxy.ts'
import { type RunningScope, startScope } from '../../../support/scope/running-scope.ts'

const WAIT_MS = EVENTUALLY_MS
/** Sessions that have ended are noticed by the app's own looks, every few seconds. */
const ENDS_WITHIN_MS = 40_000
const PASSWORD = 'correct horse battery'
/** The secret of the session in a page's local storage; empty when there is none. In the page's own words. */
const heldSecret = `(Object.entries(localStorage).find(([key]) => key.startsWith('scope.secret'))?.[1] ?? '')`

/** Waits until an element says just that. */
const tells = (page: Page, testId: string, text: string) =>
  page
    .getByTestId(testId)
    .and(page.getByText(text, { exact: true }))
    .waitFor()

/** Waits until an element has the focus. */
const isFocused = (page: Page, testId: string) =>
  page.getByTestId(testId).and(page.locator(':focus')).waitFor()

describeWith(['browser', 'root'], 'signing in', () => {
  let scope: RunningScope
  let proxy: ReverseProxy
  let browser: Browser
  let contexts: BrowserContext[] = []

  /** A browser of its own. */
  const openContext = async () => {
    const context = await browser.newContext({ ...calm, viewport: { width: 1100, height: 700 } })
    contexts.push(context)
    return context
  }
  const openPage = async (url: string, context?: BrowserContext) => {
    const page = await (context ?? (await openContext())).newPage()
    page.setDefaultTimeout(WAIT_MS)
    await page.goto(url)
    return page
  }
  /** The one-time code of a new link. */
  const newCode = async () => {
    const { stdout, stderr } = await scope.scope('token', '--link')
    const code = /#code=([\w-]+)/.exec(stdout)?.[1]
    if (code === undefined) throw new Error(`"scope token --link" printed no link: ${stdout} ${stderr}`)
    return code
  }
  const isLive = (page: Page) => page.locator('[data-testid=stream][data-state=live]').waitFor()
  const form = (page: Page) => page.getByTestId('sign-in')
  /** A page of the owner. */
  const openOwner = async (context?: BrowserContext) => {
    const page = await openPage(`${proxy.url}/#code=${await newCode()}`, context)
    await isLive(page)
    return page
  }
  const openSection = async (page: Page, section: string) => {
    await page.getByTestId('account').click()
    await page.getByTestId(`open-${section}`).click()
  }
  const addUser = async (page: Page, name: string, role: string) => {
    await openSection(page, 'users')
    const added = page.getByTestId('new-user')
    await added.getByLabel('Name').fill(name)
    await added.getByLabel('Role').selectOption(role)
    await added.getByLabel('Password', { exact: true }).fill(PASSWORD)
    await added.getByLabel('Password', { exact: true }).press('Enter')
    await page.locator(`[data-testid=user][data-name=${name}]`).waitFor()
    await page.keyboard.press('Escape')
  }
  const signInAs = async (page: Page, name: string, password = PASSWORD) => {
    const fields = page.getByTestId('sign-in-password')
    await fields.getByLabel('User name').fill(name)
    await fields.getByLabel('Password', { exact: true }).fill(password)
    await fields.getByLabel('Password', { exact: true }).press('Enter')
  }

  beforeAll(async () => {
    scope = await startScope(['--no-probe', '--app.insecure'])
    proxy = await startForwardingProxy(scope.url)
    browser = await openBrowser()
  })
  afterEach(async () => {
    await Promise.all(contexts.map((context) => context.close()))
    contexts = []
  })
  afterAll(async () => {
    await browser?.close()
    await proxy?.close()
    await scope?.stop()
  })

  it('is asked of who comes through a proxy, and says why', async () => {
    const page = await openPage(`${proxy.url}/#/hosts`)
    await form(page).waitFor()
    expect(await page.getByTestId('why').textContent()).toContain('through a proxy (x-forwarded-for)')
    expect(await page.title()).toBe('Sign in · Scope')
    expect(await page.getByTestId('map').count()).toBe(0)
  })

  describe('by a link', () => {
    it('works at once, and leaves nothing secret where others could see it', async () => {
      const context = await openContext()
      const page = await context.newPage()
      const seen: string[] = []
      page.on('request', (request) => seen.push(request.url()))
      page.on('websocket', (socket) => seen.push(socket.url()))
      page.on('console', (message) => seen.push(message.text()))
      await page.goto(proxy.url)
      await form(page).waitFor()
      const code = await newCode()
      await page.goto(`${proxy.url}/#code=${code}`)
      await isLive(page)
      await page.reload()
      await isLive(page)
      const { secret, ...shown } = await page.evaluate<Record<string, string>>(`({
        secret: ${heldSecret},
        address: location.href,
        title: document.title,
        cookie: document.cookie,
        state: JSON.stringify(history.state),
        text: document.documentElement.outerHTML,
      })`)
      expect(secret).toMatch(/^[\w-]{22,}$/)
      expect(shown.cookie).toBe('')
      const cookies = await context.cookies()
      expect(cookies).toMatchObject([{ httpOnly: true, sameSite: 'Strict', path: '/' }])
      const all = [...seen, ...Object.values(shown)].join('\n')
      for (const hidden of [code, secret, cookies[0]?.value ?? '', 'ticket.', 'code='])
        expect(all).not.toContain(hidden)
      for (let back = 0; back < 3; back += 1) {
        await page.goBack().catch(() => null)
        expect(page.url()).not.toContain('code')
      }
    })

    it('works although its answer is lost, and so does signing out', async () => {
      const context = await openContext()
      const lost: string[] = []
      await context.route('**/api/session', async (route) => {
        const method = route.request().method()
        if (method === 'GET' || lost.includes(method)) return route.fallback()
        const answer = await route.fetch()
        lost.push(method)
        expect(answer.status()).toBe(200)
        await route.abort('connectionreset')
      })
      const page = await openOwner(context)
      await page.getByTestId('account').click()
      await page.getByTestId('sign-out').click()
      await form(page).waitFor()
      expect(await page.getByTestId('ended').textContent()).toContain('You are signed out')
      expect(lost).toEqual(['POST', 'DELETE'])
    })

    it('in a page that is open goes on where it was', async () => {
      const page = await openPage(`${proxy.url}/#/hosts?unconnected=show`)
      await form(page).waitFor()
      const code = await newCode()
      await page.evaluate(`location.hash = '#code=${code}'`)
      await isLive(page)
      expect(page.url()).toMatch(/#\/hosts\?unconnected=show$/)
    })

    it('works when it is pasted', async () => {
      const page = await openPage(`${proxy.url}/#/hosts`)
      await page.getByLabel('Link or code').fill(`http://localhost:4040/#code=${await newCode()}`)
      await page.getByLabel('Link or code').press('Enter')
      await isLive(page)
      expect(page.url()).toMatch(/#\/hosts$/)
    })

    it('does not work twice, and says so', async () => {
      const code = await newCode()
      await isLive(await openPage(`${proxy.url}/#code=${code}`))
      const page = await openPage(`${proxy.url}/#code=${code}`)
      await form(page).getByRole('alert').getByText('scope token --link').waitFor()
      expect(await form(page).getByRole('alert').first().textContent()).toContain('used already')
      expect(page.url()).not.toContain('code')
    })

    it('does not work when it has expired, and says so', async () => {
      const code = await newCode()
      // The app may be writing just now.
      const database = new DatabaseSync(join(scope.stateDir, 'app/accounts.db'), { timeout: WAIT_MS })
      database.exec('UPDATE codes SET expires_at = 1')
      database.close()
      const page = await openPage(`${proxy.url}/#code=${code}`)
      await form(page).getByRole('alert').getByText('scope token --link').waitFor()
      await page.getByLabel('Link or code').fill(await newCode())
      await page.getByRole('button', { name: 'Sign in with the link' }).click()
      await isLive(page)
    })
  })

  it('is in light or dark colours, as the system is', async () => {
    const page = await openPage(proxy.url)
    await form(page).waitFor()
    const backgrounds = new Set<string>()
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme })
      await page.locator(`html[data-theme=${colorScheme}]`).waitFor()
      backgrounds.add(await page.evaluate('getComputedStyle(document.body).backgroundColor'))
    }
    expect(backgrounds.size).toBe(2)
  })

  it('with a password needs no mouse, and tells what was wrong', async () => {
    await addUser(await openOwner(), 'karl', 'operator')
    const page = await openPage(proxy.url)
    await form(page).waitFor()
    await page.keyboard.type('karl')
    await page.keyboard.press('Tab')
    await page.keyboard.type('wrong password')
    await page.keyboard.press('Enter')
    await form(page).getByRole('alert').getByText('wrong').waitFor()
    await page.keyboard.type(PASSWORD)
    await page.keyboard.press('Enter')
    await isLive(page)
    await page.getByTestId('account').focus()
    await page.keyboard.press('Enter')
    await tells(page, 'who', 'karl')
    await tells(page, 'role', 'operator')
    await page.keyboard.press('Escape')
    await isFocused(page, 'account')
  })

  it('ends for all tabs of the browser when one signs out', async () => {
    const context = await openContext()
    const first = await openOwner(context)
    const second = await openPage(`${proxy.url}/#/hosts`, context)
    await isLive(second)
    await first.getByTestId('account').click()
    await first.getByTestId('sign-out').click()
    await form(first).waitFor()
    await form(second).waitFor()
    expect(await first.getByTestId('ended').textContent()).toContain('You are signed out')
    // It learns of it from the first tab, or from the app, whichever comes first.
    expect(await second.getByTestId('ended').textContent()).toMatch(/in another tab|session has ended/)
    expect(await first.evaluate(heldSecret)).toBe('')
    await second.getByLabel('Link or code').fill(await newCode())
    await second.getByLabel('Link or code').press('Enter')
    await isLive(first)
    await isLive(second)
    expect(second.url()).toMatch(/#\/hosts$/)
  })

  it('ends everywhere, from any browser', async () => {
    const [here, there] = [await openOwner(), await openOwner()]
    await openSection(here, 'sessions')
    await here.locator('[data-testid=session][data-current=true]').getByText('this browser').waitFor()
    await here.locator('[data-testid=session][data-current=false]').first().waitFor()
    await here.getByTestId('sign-out-everywhere').click()
    await form(here).waitFor()
    await form(there).waitFor({ timeout: ENDS_WITHIN_MS })
    expect(await there.getByTestId('ended').textContent()).toContain('Your session has ended')
  })

  it('shows an admin users and the audit log, and a viewer neither', async () => {
    const owner = await openOwner()
    await addUser(owner, 'vera', 'viewer')
    const vera = await openPage(proxy.url)
    await signInAs(vera, 'vera', 'not her password')
    await form(vera).getByRole('alert').getByText('wrong').waitFor()
    await signInAs(vera, 'vera')
    await isLive(vera)
    await vera.getByTestId('account').click()
    await tells(vera, 'role', 'viewer')
    expect(await vera.getByTestId('open-sessions').count()).toBe(1)
    expect(await vera.getByTestId('open-users').count()).toBe(0)
    expect(await vera.getByTestId('open-audit').count()).toBe(0)

    await openSection(owner, 'audit')
    const entry = (text: string) => owner.getByTestId('audit-entry').filter({ hasText: text })
    await entry('New user: vera').first().waitFor()
    await owner.getByTestId('audit-reload').click()
    await entry('vera').filter({ hasText: 'refused' }).first().waitFor()
  })

  it('ends when an admin gives a new password or role, or removes the user', async () => {
    const owner = await openOwner()
    // The form asks for a password as long as there is anybody who has one.
    await addUser(owner, 'nora', 'viewer')
    await addUser(owner, 'mona', 'viewer')
    const mona = await openPage(`${proxy.url}/#/hosts`)
    await signInAs(mona, 'mona')
    await isLive(mona)

    await openSection(owner, 'users')
    const line = owner.locator('[data-testid=user][data-name=mona]')
    await line.getByRole('button', { name: 'Change mona' }).click()
    await line.getByLabel('New password', { exact: true }).fill('another horse battery')
    await line.getByLabel('Role').selectOption('operator')
    await line.getByRole('button', { name: 'Save' }).click()
    await line.getByTestId('user-role').getByText('operator').waitFor()
    await form(mona).waitFor({ timeout: ENDS_WITHIN_MS })
    expect(await mona.getByTestId('ended').textContent()).toContain('Your session has ended')

    await signInAs(mona, 'mona', 'another horse battery')
    await isLive(mona)
    expect(mona.url()).toMatch(/#\/hosts$/)
    await line.getByRole('button', { name: 'Remove mona' }).click()
    await line.getByTestId('confirm-remove').getByRole('button', { name: 'Remove mona' }).click()
    await line.waitFor({ state: 'detached' })
    await form(mona).waitFor({ timeout: ENDS_WITHIN_MS })
    await signInAs(mona, 'mona', 'another horse battery')
    await form(mona).getByRole('alert').getByText('wrong').waitFor()
  })

  it('says what is wrong with a new user', async () => {
    const owner = await openOwner()
    await openSection(owner, 'users')
    const added = owner.getByTestId('new-user')
    await added.getByLabel('Name').fill('Not A Name')
    await added.getByLabel('Password', { exact: true }).fill(PASSWORD)
    await added.getByRole('button', { name: 'Add' }).click()
    await added.getByRole('alert').getByText('lower-case letters').waitFor()
    expect(await added.getByLabel('Name').getAttribute('aria-invalid')).toBe('true')
  })

  it('loses nothing that is typed when a press begins or ends outside, but closes by a press there', async () => {
    const owner = await openOwner()
    await openSection(owner, 'users')
    const dialog = owner.getByTestId('account-dialog')
    const name = owner.getByTestId('new-user').getByLabel('Name')
    await name.fill('half a name')
    const box = await name.boundingBox()
    const field = { x: (box?.x ?? 0) + 5, y: (box?.y ?? 0) + 5 }
    const outside = { x: 2, y: 2 }
    for (const [from, to] of [
      [field, outside],
      [outside, field],
    ] as const) {
      await owner.mouse.move(from.x, from.y)
      await owner.mouse.down()
      await owner.mouse.move(to.x, to.y)
      await owner.mouse.up()
      expect(await dialog.isVisible()).toBe(true)
      expect(await name.inputValue()).toBe('half a name')
    }
    await owner.mouse.click(outside.x, outside.y)
    await dialog.waitFor({ state: 'hidden' })
  })

  describe('on the machine itself', () => {
    it('is not needed to see, and leaves the map when one signs out', async () => {
      const page = await openPage(scope.url)
      await isLive(page)
      await page.getByTestId('account').click()
      await tells(page, 'who', 'uid 0 (root)')
      await tells(page, 'role', 'viewer')
      await page.getByTestId('open-sign-in').click()
      await page.getByLabel('Link or code').fill(await newCode())
      await page.getByLabel('Link or code').press('Enter')
      await page.getByTestId('account').filter({ hasText: 'owner' }).waitFor()
      await page.reload()
      await isLive(page)
      await page.getByTestId('account').click()
      await page.getByTestId('sign-out').click()
      await page.getByTestId('note').getByText('You still see the map').waitFor()
      await isLive(page)
      expect(await form(page).count()).toBe(0)
    })

    it('keeps the links of its menu while the app is asked again who one is', async () => {
      const page = await openPage(scope.url)
      await isLive(page)
      let asked = 0
      page.on('request', (request) => {
        if (new URL(request.url()).pathname === '/api/session') asked++
      })
      await page.getByTestId('account').click()
      const link = page.getByTestId('open-sign-in')
      await link.focus()
      const held = await link.elementHandle()
      // Whoever asks once more has taken the answer before.
      await eventually('two answers', async () => {
        await page.evaluate(`document.dispatchEvent(new Event('visibilitychange'))`)
        return asked > 2
      })
      expect(await held?.evaluate((one) => one.isConnected && one.matches(':focus'))).toBe(true)
    })

    it('takes place over the map, whose keys do not hear what is typed', async () => {
      const probe = await connectTestProbe({ url: scope.url, stateDir: scope.stateDir })
      // Its next report is so far off that the container stays on the map, however long this takes.
      await probe.post(
        report({ nodes: [containerNode('alpha', 'web')], intervalMs: 60_000, uptimeMs: 60_000 }),
      )
      const page = await openPage(`${scope.url}/#/containers`)
      await page.getByTestId('node').first().waitFor({ state: 'attached' })
      await page.locator('[data-testid=map][data-settled=true]').waitFor()
      await page.getByTestId('map-canvas').focus()
      await page.keyboard.press('ArrowRight')
      await page.keyboard.press('Enter')
      await page.getByTestId('card').waitFor()
      await page.getByTestId('account').click()
      await page.getByTestId('open-sign-in').click()
      const name = page.getByTestId('account-dialog').getByRole('textbox').first()
      await eventually('the focus', () =>
        page.evaluate<boolean>('document.activeElement.matches("[data-testid=account-dialog] input")'),
      )
      await page.keyboard.type('?/0')
      expect(await name.inputValue()).toBe('?/0')
      await page.keyboard.press('Escape')
      await page.keyboard.press('?')
      await page.getByTestId('help').waitFor()
      await page.keyboard.press('Escape')
      await page.getByTestId('help').waitFor({ state: 'hidden' })
      await isFocused(page, 'account')
      expect(await page.getByTestId('card').count()).toBe(1)
    })

    it('says so when a link did not sign in', async () => {
      const page = await openPage(`${scope.url}/#code=no-such-code`)
      await page.getByTestId('account-dialog').getByRole('alert').getByText('scope token --link').waitFor()
      expect(page.url()).not.toContain('code')
      await page.keyboard.press('Escape')
      await page.keyboard.press('?')
      await page.getByTestId('help').waitFor()
    })
  })
})

describeWith(['browser', 'root'], 'signing in without --app.insecure, with --app.read-only', () => {
  let scope: RunningScope
  let browser: Browser
  const proxies: ReverseProxy[] = []
  const openThrough = async (headers: Readonly<Record<string, string>>, path = '') => {
    const proxy = await startForwardingProxy(scope.url, headers)
    proxies.push(proxy)
    const context = await browser.newContext({ ...calm, viewport: { width: 1100, height: 700 } })
    const page = await context.newPage()
    page.setDefaultTimeout(WAIT_MS)
    await page.goto(`${proxy.url}/${path}`)
    return page
  }
  const https = { 'x-forwarded-proto': 'https' }

  beforeAll(async () => {
    // The tests, and so their proxies, run as root.
    const trust = ['--app.trusted-proxies=user:root', '--app.auth.proxy-header=X-Remote-User']
    scope = await startScope(['--no-probe', '--app.read-only', ...trust])
    browser = await openBrowser()
  })
  afterAll(async () => {
    await browser?.close()
    await Promise.all(proxies.map((proxy) => proxy.close()))
    await scope?.stop()
  })

  it('is not possible where it is not encrypted, and the page shows a way round', async () => {
    const page = await openThrough({}, '#code=whatever')
    await page.getByTestId('refused').getByText('https').first().waitFor()
    expect(await page.getByTestId('tunnel').textContent()).toMatch(/ssh -N -L \d+:127\.0\.0\.1:\d+ MACHINE/)
    expect(await page.getByRole('textbox').count()).toBe(0)
    expect(page.url()).not.toContain('code')
  })

  it('is not possible in the dialog either, whose text can be copied where browsers offer no clipboard', async () => {
    const page = await openThrough({ 'x-forwarded-proto': 'http', 'x-remote-user': 'paula' })
    await page.locator('[data-testid=stream][data-state=live]').waitFor()
    // As on a page that came over plain HTTP from another machine.
    await page.evaluate(`Object.defineProperty(navigator, 'clipboard', { value: undefined })`)
    await page.getByTestId('account').click()
    await page.getByTestId('open-sign-in').click()
    const dialog = page.getByTestId('account-dialog')
    const command = await dialog.locator('.copyable code').first().textContent()
    expect(command).toContain('ssh -N -L')
    await dialog.getByTestId('copy').first().click()
    await page.keyboard.press('Escape')
    await dialog.waitFor({ state: 'hidden' })
    const field = page.getByTestId('search')
    await field.focus()
    await page.keyboard.press('Control+v')
    expect(await field.inputValue()).toBe(command)
  })

  it('is had as the user whom a trusted proxy names', async () => {
    const page = await openThrough({ ...https, 'x-remote-user': 'paula' })
    await page.locator('[data-testid=stream][data-state=live]').waitFor()
    await page.getByTestId('account').click()
    await tells(page, 'who', 'paula')
    await page.getByTestId('proof').filter({ hasText: 'The proxy in front of Scope says' }).waitFor()
    await page.getByTestId('open-sign-in').click()
    await page.getByTestId('sign-in-proxy').click()
    await page.getByTestId('account-dialog').waitFor({ state: 'hidden' })
    await page.getByTestId('account').click()
    await tells(page, 'proof', 'This browser is signed in.')
    await tells(page, 'role', 'viewer')
    await page.reload()
    await page.locator('[data-testid=stream][data-state=live]').waitFor()
  })

  it('lets nobody change users, and says why', async () => {
    const code = /#code=\S+/.exec((await scope.scope('token', '--link')).stdout)?.[0] ?? ''
    const page = await openThrough(https, code)
    await page.getByTestId('account').filter({ hasText: 'owner' }).click()
    await page.getByTestId('read-only').filter({ hasText: '--app.read-only' }).waitFor()
    expect(await page.getByTestId('open-users').count()).toBe(0)
    await page.getByTestId('open-audit').click()
    await page.getByTestId('audit-entry').filter({ hasText: 'owner' }).first().waitFor()
  })
})
