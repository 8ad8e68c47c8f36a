import { connect, createServer, type Server, type Socket } from 'node:net'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { EVENTUALLY_MS, eventually } from '../../../support/eventually.ts'
import { calm, complaintsIn, openBrowser } from '../../../support/machine/browser.ts'
import { openTestDocker, type TestDocker } from '../../../support/machine/docker.ts'
import { pressUntil } from '../../../support/machine/press-again.ts'
import { describeWith } from '../../../support/machine/requirements.ts'
import { type RunningScope, startScope } from '../../../support/scope/running-scope.ts'

const WAIT_MS = EVENTUALLY_MS
/** The colours of the last element that a selector finds. */
const coloursOf = (selector: string) => `(() => {
  const { color, backgroundColor } = getComputedStyle([...document.querySelectorAll('${selector}')].at(-1))
  return { color, backgroundColor }
})()`

/** A network to the app that can be cut, and stays so until it is mended. */
interface Network {
  readonly url: string
  cut(): void
  mend(): void
  close(): Promise<void>
}

const startNetwork = async (url: string): Promise<Network> => {
  const { hostname, port } = new URL(url)
  const open = new Set<Socket>()
  let isCut = false
  const server: Server = createServer((near) => {
    if (isCut) return near.destroy()
    const far = connect(Number(port), hostname)
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const) {
      open.add(socket)
      socket
        .on('error', () => other.destroy())
        .on('close', () => {
          open.delete(socket)
          other.destroy()
        })
    }
    near.pipe(far).pipe(near)
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  const address = server.address()
  if (typeof address !== 'object' || address === null) throw new Error('no port')
  const drop = () => {
    for (const socket of open) socket.destroy()
  }
  return {
    url: `http://127.0.0.1:${address.port}`,
    cut() {
      isCut = true
      drop()
    },
    mend() {
      isCut = false
    },
    async close() {
      drop()
      await new Promise<void>((closed) => server.close(() => closed()))
    },
  }
}

describeWith(['root', 'docker', 'browser'], 'terminals and logs in the page', () => {
  let docker: TestDocker
  let scope: RunningScope
  let network: Network
  let browser: Browser
  let context: BrowserContext
  let page: Page
  const ids = new Map<string, string>()
  const complaints: string[] = []

  const watch = (watched: Page) => {
    watched.on('console', (message) => {
      // What is lost while the network is cut is told by the browser, too.
      const isLoss = /ERR_|WebSocket connection/.test(message.text())
      if (!isLoss) complaints.push(...complaintsIn(message))
    })
    watched.on('pageerror', (error) => complaints.push(String(error)))
  }
  const panel = (of = page) => of.locator('.terminal-view:visible')
  const screenText = async (of = page): Promise<string> =>
    (await panel(of).locator('.xterm-rows > div').allTextContents()).join('\n').replaceAll('\u00a0', ' ')
  const shows = async (text: string | RegExp, of = page) => {
    let shown = ''
    await eventually(
      `"${text}" on the screen`,
      async () => {
        shown = await screenText(of)
        return typeof text === 'string' ? shown.includes(text) : text.test(shown)
      },
      WAIT_MS,
    ).catch((error: unknown) => {
      throw new Error(`${error}; it shows:
${shown}`)
    })
  }
  const tabs = () => page.getByTestId('session-tab')
  /** Waits until keys go to the terminal that is shown. */
  const hasKeys = (of = page) =>
    panel(of)
      .locator('.xterm-helper-textarea')
      .and(of.locator(':focus'))
      .waitFor({ state: 'attached', timeout: WAIT_MS })
  /** Types a line into the terminal that is shown; its echo is not what is waited for. */
  const type = async (line: string, of = page) => {
    await hasKeys(of)
    await of.keyboard.type(`${line}\r`)
  }
  const open = async (name: string, control: string) => {
    const before = await tabs().count()
    await page.goto(`${network.url}/#/containers/${encodeURIComponent(ids.get(name) ?? '')}`)
    await pressUntil(
      page,
      `${before + 1} tabs`,
      () => page.getByTestId('controls').getByText(control, { exact: true }).click({ timeout: WAIT_MS }),
      async () => (await tabs().count()) === before + 1,
    )
  }
  const hasTabs = (count: number) =>
    eventually(`${count} tabs`, async () => (await tabs().count()) === count, WAIT_MS)
  /** Shells in containers, of which the first is shown: those of the test before, or new ones where it has failed. */
  const haveShells = async (...names: string[]) => {
    if ((await tabs().count()) === 0)
      for (const name of names) {
        await open(name, 'Exec shell')
        await shows(/[#$] /)
      }
    await hasTabs(names.length)
    await tabs()
      .getByRole('tab', { name: `${docker.prefix}${names[0]}` })
      .click({ timeout: WAIT_MS })
    await page.locator('.xterm-helper-textarea:visible').focus()
    await hasKeys()
  }
  /** Waits until something has the focus, by its test id or class. */
  const isFocused = (wanted: RegExp) =>
    eventually(
      `the focus on ${wanted}`,
      async () =>
        wanted.test(
          await page.evaluate<string>(
            'document.activeElement.dataset.testid ?? document.activeElement.className',
          ),
        ),
      WAIT_MS,
    )
  const close = async () => {
    await page.locator('[data-testid=session-tab][data-shown=true]').getByTestId('session-close').click()
    // A press on its margin is none outside of it.
    await page.getByTestId('close-question').click({ position: { x: 4, y: 4 } })
    await page.getByTestId('close-end').and(page.locator('dialog[open] *')).click()
  }
  /** Presses what closes its window, which may be gone before the browser has told that it was pressed. */
  const pressToClose = async (of: Page, testId: string) => {
    const closed = of.waitForEvent('close')
    const pressed = of
      .getByTestId(testId)
      .click()
      .catch((error: unknown) => {
        if (!String(error).includes('has been closed')) throw error
      })
    await Promise.all([pressed, closed])
  }
  /** Waits until the app knows all containers: a page that asks for one before that is answered that there is none. */
  const areKnown = () =>
    eventually('the containers', async () => {
      const { nodes } = await scope.view('containers')
      return [...ids.values()].every((id) => nodes[id])
    })
  const openPage = async (url: string) => {
    page = await context.newPage()
    watch(page)
    await page.goto(url)
    await page.locator('[data-testid=map][data-settled=true]').waitFor({ timeout: WAIT_MS })
  }
  const processesOf = (name: string) => docker.docker('top', docker.prefix + name, '-o', 'pid,args')

  beforeAll(async () => {
    docker = await openTestDocker()
    for (const name of ['one', 'two'])
      ids.set(
        name,
        `${await docker.run(
          name,
          [],
          [
            ...['/bin/busybox', 'sh', '-c'],
            `/bin/busybox --install -s /bin; i=0; while true; do echo "${name} out $i"; echo "${name} err $i" >&2; i=$((i+1)); sleep 0.5; done`,
          ],
        )};<container>`,
      )
    scope = await startScope()
    network = await startNetwork(scope.url)
    browser = await openBrowser()
    context = await browser.newContext({ ...calm, viewport: { width: 1280, height: 800 } })
    const { stdout } = await scope.scope('token', '--link')
    const code = /#code=([\w-]+)/.exec(stdout)?.[1]
    await areKnown()
    await openPage(`${network.url}/#code=${code}`)
  })
  afterEach(async ({ task }) => {
    if (task.result?.state !== 'fail') return
    // Whatever is open or asked for in a page that a test has left in its middle ends with that page.
    network.mend()
    for (const left of context.pages()) await left.close()
    await openPage(network.url)
  })
  afterAll(async () => {
    await browser?.close()
    await network?.close()
    await scope?.stop()
    await docker?.close()
  })

  it('run a shell, of whose keys the page hears nothing', async () => {
    await open('one', 'Exec shell')
    await hasKeys()
    await shows(/[#$] /)
    await type('echo "? + - 0 m /" $((40+2))')
    await shows('? + - 0 m / 42')
    await page.keyboard.press('Escape')
    expect(await page.getByTestId('help').isVisible()).toBe(false)
    expect(await page.getByTestId('controls').isVisible()).toBe(true)
  })

  it('show full-screen programs, and follow the size of the drawer', async () => {
    await haveShells('one')
    // The shell takes Escape and what follows soon for one key.
    await eventually(
      'a new line',
      async () => {
        await page.keyboard.press('Control+c')
        await page.waitForTimeout(500)
        return /\^C\n[^\n]*# /.test(await screenText())
      },
      WAIT_MS,
    )
    await type('vi /poem')
    await shows(/^~/m)
    await page.keyboard.type('iroses are red')
    await shows('roses are red')
    await page.keyboard.press('Escape')
    // Else the editor takes Escape and the colon for one key.
    await shows(/^- \/poem/m)
    await type(':wq')
    // The screen of before is back, and with it a prompt below the line that has started the editor.
    await shows(/vi \/poem *\n[^\n]*# *$/m)
    await type('clear; cat /poem; stty size')
    await shows(/^roses are red[\s\S]*^\d+ \d+ *$/m)
    const sizeOf = async () => /^(\d+) (\d+) *$/m.exec(await screenText())?.[1]
    const before = Number(await sizeOf())
    await page.getByTestId('drawer-large').click()
    await page.locator('.xterm-helper-textarea:visible').focus()
    await eventually(
      'more rows',
      async () => {
        await type('clear; stty size')
        await page.waitForTimeout(300)
        return Number(await sizeOf()) > before
      },
      WAIT_MS,
    )
    await type('top')
    await shows('Load average')
    await page.keyboard.press('q')
    await shows(/# *$/m)
    await type("clear; printf '\\033[7mswapped\\033[0m plain\\n'")
    await shows(/^swapped plain/m)
    const colours = (selector: string) =>
      page.evaluate<{ color: string; backgroundColor: string }>(coloursOf(selector))
    const { color: text } = await colours('.xterm-rows')
    const { backgroundColor: screen } = await colours('.xterm-viewport')
    const swapped = { color: screen, backgroundColor: text }
    // The rows are drawn by the next frames of the browser.
    const areSwapped = () =>
      expect.poll(() => colours('.xterm-rows .xterm-bg-257'), { timeout: WAIT_MS }).toEqual(swapped)
    await areSwapped()
    await page.emulateMedia({ ...calm, forcedColors: 'active' })
    await areSwapped()
    await page.emulateMedia({ ...calm, forcedColors: 'none' })
    await page.getByTestId('drawer-large').click()
    await page.locator('.xterm-helper-textarea:visible').focus()
  })

  it('show all of their last row, whatever their size', async () => {
    await haveShells('one')
    await type('clear; seq 1 200')
    await shows(/^200/m)
    const cut = () =>
      panel()
        .locator('.terminal-host')
        .evaluate((host) => {
          const rows = host.querySelector('.xterm-rows')
          const { bottom = 0, right = 0 } = rows?.getBoundingClientRect() ?? {}
          const shown = host.getBoundingClientRect()
          return bottom > shown.bottom || right > shown.right
        })
    for (let i = 0; i < 6; i++) {
      await page.setViewportSize({ width: 1280 + i * 5, height: 800 - i * 3 })
      await eventually(
        `the whole last row, smaller by ${i * 3} pixels`,
        async () => {
          // Longer than the pause after which a terminal takes its new size.
          await page.waitForTimeout(600)
          return !(await cut())
        },
        WAIT_MS,
      )
    }
    await page.setViewportSize({ width: 1280, height: 800 })
    await page.locator('.xterm-helper-textarea:visible').focus()
  })

  it('leave the card of a node within reach on a phone, and can be closed there', async () => {
    await haveShells('one')
    await page.setViewportSize({ width: 390, height: 844 })
    await page.goto(`${network.url}/#/containers/${encodeURIComponent(ids.get('two') ?? '')}`)
    await page
      .getByTestId('controls')
      .getByText('Exec shell', { exact: true })
      .click({ trial: true, timeout: WAIT_MS })
    await page.getByTestId('session-close').first().click({ trial: true })
    const box = async (selector: string) =>
      (await page.locator(selector).first().boundingBox()) ?? { x: 0, width: 0 }
    await eventually(
      'the button to close it within the strip of tabs',
      async () => {
        const [strip, close] = [await box('.drawer-tabs'), await box('[data-testid=session-close]')]
        return close.width >= 24 && close.x >= strip.x && close.x + close.width <= strip.x + strip.width + 1
      },
      WAIT_MS,
    )
    await page.setViewportSize({ width: 1280, height: 800 })
    await page.locator('.xterm-helper-textarea:visible').focus()
  })

  it('can be minimised and shown again by the keyboard', async () => {
    await haveShells('one')
    await page.getByTestId('drawer-minimise').focus()
    await page.keyboard.press('Enter')
    await isFocused(/^drawer-chip$/)
    await page.keyboard.press('Enter')
    await hasKeys()
  })

  it('lose no output and no input when the network fails', async () => {
    await haveShells('one')
    await type(
      'clear; i=0; while [ $i -lt 3000 ]; do echo "row $i"; i=$((i+1)); done; read x; echo "got <$x>"',
    )
    network.cut()
    await page.keyboard.type('typed while away\r')
    await page.waitForTimeout(1500)
    network.mend()
    await shows('got <typed while away>')
    // What has left the screen is looked for by the search of the terminal.
    await page.keyboard.press('Control+Shift+F')
    for (const [text, count] of [
      ['row 2999', 1],
      ['row 1500', 1],
      ['row 77', 11],
    ] as const) {
      await page.getByTestId('terminal-find').fill(text)
      await eventually(
        `${count} of ${text}`,
        async () => (await page.getByTestId('terminal-found').textContent())?.endsWith(`of ${count}`),
        WAIT_MS,
      )
    }
    await page.keyboard.press('Escape')
  })

  it('are found again after a reload, also while they have output', async () => {
    await haveShells('one')
    // Slow enough that its first lines are among those that are kept over the reload, also when that takes long.
    await type(
      'clear; i=0; while [ ! -e /enough ]; do echo "step $i;"; i=$((i+1)); usleep 30000; done; echo "all $((100+100))"',
    )
    await shows(/step \d+;\n/)
    await page.reload()
    await shows(/step \d{3,};\n/)
    await docker.docker('exec', `${docker.prefix}one`, '/bin/touch', '/enough')
    await shows('all 200')
    expect(await page.evaluate('Object.values(localStorage).join() + location.href')).not.toMatch(/pipe/)
    expect(await page.evaluate('sessionStorage.getItem("scope.sessions")')).toBeNull()
    await hasKeys()
    await page.keyboard.press('Control+Shift+F')
    await page.getByTestId('terminal-find').fill('step 42;')
    await eventually(
      'one match',
      async () => (await page.getByTestId('terminal-found').textContent())?.endsWith('of 1'),
      WAIT_MS,
    )
    await page.keyboard.press('Escape')
  })

  it('are shown by the window that asked last, from which the other takes them back', async () => {
    await haveShells('one')
    await type('clear; echo all $((150+150))')
    await shows('all 300')
    // As of a tab that the browser opens again: it has what the tab kept.
    const keep = `addEventListener('pagehide', () => localStorage.setItem('test.kept', JSON.stringify(sessionStorage)))`
    await page.evaluate(keep)
    await page.reload()
    await shows('all 300')
    const other = await context.newPage()
    watch(other)
    await other.addInitScript(`Object.assign(sessionStorage, JSON.parse(localStorage.getItem('test.kept')))`)
    await other.goto(network.url)
    await shows('all 300', other)
    await type('clear; echo there $((6+7))', other)
    await shows('there 13', other)
    await page.bringToFront()
    const note = (of = page) => of.locator('.terminal-note:visible')
    await note().getByText('Another window shows it now.').waitFor({ timeout: WAIT_MS })
    await page.locator('.xterm-helper-textarea:visible').focus()
    await page.keyboard.type('echo typed while elsewhere\r')
    await page.getByTestId('terminal-take-back').focus()
    await page.keyboard.press('Enter')
    await shows('there 13')
    await type('echo here $((7+8))')
    await shows('here 15')
    expect((await screenText()).split('here 15')).toHaveLength(2)
    expect(await screenText()).not.toContain('typed while elsewhere')
    await note(other).getByText('Another window shows it now.').waitFor({ timeout: WAIT_MS })
    await other.close()
    await page.evaluate(`localStorage.removeItem('test.kept')`)
  })

  it('answer while another one floods, which is held back and holds no more than it shows', async () => {
    await haveShells('one')
    await type('yes flood')
    await shows(/flood\nflood/)
    await open('two', 'Exec shell')
    await shows(/[#$] /)
    await type('echo answer $((6*7))')
    await shows('answer 42')
    const heap = () => page.evaluate<number>('performance.memory.usedJSHeapSize')
    const before = await heap()
    for (let i = 0; i < 5; i++) {
      await type(`echo again $((${i}+1000))`)
      await shows(`again ${1000 + i}`)
      await page.waitForTimeout(500)
    }
    expect(await heap()).toBeLessThan(before + 100e6)
    await tabs().first().getByRole('tab').click()
    await hasKeys()
    await page.keyboard.press('Control+c')
    await shows(/\^C/)
    await type('clear; echo calm $((1+1))')
    await shows('calm 2')
  })

  it('are searched one at a time, which leaves alone what is selected by the mouse', async () => {
    await haveShells('one', 'two')
    await type('clear; echo "tick tock"; while true; do i=$((i+1)); printf "\\r$i;"; usleep 400000; done')
    await shows(/^tick tock *\n\d+;/)
    const counted = async () => Number(/\n(\d+);/.exec(await screenText())?.[1])
    /** Waits for some output, and longer than xterm.js takes to look again after it. */
    const comesMore = async () => {
      const from = await counted()
      await eventually('more output', async () => (await counted()) > from + 3, WAIT_MS)
    }
    const marks = () => panel().locator('.xterm-decoration').count()
    const areMarked = (wanted: boolean) =>
      eventually(`marks: ${wanted}`, async () => (await marks()) > 0 === wanted, WAIT_MS)
    const find = async () => {
      await page.keyboard.press('Control+Shift+F')
      await isFocused(/^terminal-find$/)
    }
    const isFound = (wanted: string) =>
      eventually(
        `found: ${wanted}`,
        async () => (await panel().getByTestId('terminal-found').textContent()) === wanted,
        WAIT_MS,
      )
    /**
     * Where what is selected begins, in pixels; undefined when nothing is. It is drawn anew after each output, so what is found here
     * and asked later may be no part of the page any more, and would be at 0.
     */
    const selectedAt = () =>
      panel().evaluate((view) => {
        const selection = view.querySelector('.xterm-selection')
        const begin = selection?.querySelector(':scope > div')?.getBoundingClientRect().left
        return selection && begin !== undefined ? begin - selection.getBoundingClientRect().left : undefined
      })
    await find()
    await page.getByTestId('terminal-find').fill('tock')
    await isFound('1 of 1')
    await comesMore()
    await isFound('1 of 1')
    expect(await selectedAt()).toBeGreaterThan(0)
    const row = await panel().locator('.xterm-rows > div').first().boundingBox()
    await page.mouse.dblclick((row?.x ?? 0) + 8, (row?.y ?? 0) + (row?.height ?? 0) / 2)
    await eventually('"tick" selected', async () => (await selectedAt()) === 0, WAIT_MS)
    await comesMore()
    expect(await selectedAt()).toBe(0)
    await areMarked(false)
    await isFound('')
    await find()
    await page.keyboard.press('Enter')
    await isFound('1 of 1')
    await areMarked(true)

    await page.locator('[data-testid=session-tab]:not([data-shown=true])').getByRole('tab').click()
    await hasKeys()
    await find()
    await page.locator('[data-testid=session-tab]:not([data-shown=true])').getByRole('tab').click()
    await hasKeys()
    await areMarked(false)
    await comesMore()
    expect(await marks()).toBe(0)
    expect(await panel().getByTestId('terminal-find').count()).toBe(0)
    await find()
    await page.keyboard.press('Escape')
    await hasKeys()
    await page.keyboard.press('Control+c')
    await shows(/\^C/)
    await type('clear; echo calm $((1+1))')
    await shows('calm 2')
  })

  it('can be in a window of their own, which keeps their ids to itself, and come back', async () => {
    await haveShells('one', 'two')
    await type('clear; echo calm $((1+1))')
    await shows('calm 2')
    const [popup] = await Promise.all([context.waitForEvent('page'), page.getByTestId('pop-out').click()])
    watch(popup)
    await shows('calm 2', popup)
    await panel(popup).click()
    await type('echo out $((2+3))', popup)
    await shows('out 5', popup)
    expect(popup.url()).toMatch(/\/\?session$/)
    await hasTabs(1)
    await popup.reload()
    await shows('out 5', popup)
    await pressToClose(popup, 'window-back')
    await hasTabs(2)
    await shows('out 5')
    await type('echo back $((4+5))')
    await shows('back 9')
  })

  it('can be left by the keyboard in a window of their own, also when the page that opened it is gone', async () => {
    await haveShells('one', 'two')
    const opener = await context.newPage()
    watch(opener)
    await opener.goto(`${network.url}/#/containers/${encodeURIComponent(ids.get('two') ?? '')}`)
    await pressUntil(
      opener,
      'the shell',
      () => opener.getByTestId('controls').getByText('Exec shell', { exact: true }).click(),
      async () => (await opener.getByTestId('session-tab').count()) > 0,
    )
    await hasKeys(opener)
    const [popup] = await Promise.all([
      context.waitForEvent('page'),
      opener.getByTestId('pop-out').click({ timeout: WAIT_MS }),
    ])
    watch(popup)
    const back = popup.getByTestId('window-back')
    const focused = popup.locator(':focus')
    await hasKeys(popup)
    await popup.keyboard.press('Control+Shift+L')
    await back.and(focused).waitFor({ timeout: WAIT_MS })
    await opener.close()
    await back.waitFor({ state: 'detached', timeout: WAIT_MS })
    await panel(popup).locator('.xterm-helper-textarea').focus()
    await popup.keyboard.press('Control+Shift+L')
    await popup.locator('.session-window-bar button').and(focused).waitFor({ timeout: WAIT_MS })
    await panel(popup).locator('.xterm-helper-textarea').focus()
    await type('exit', popup)
    await popup.locator('.terminal-note').getByText('Exit code 0.').waitFor({ timeout: WAIT_MS })
    await popup.close()
    await page.bringToFront()
    await page.locator('.xterm-helper-textarea:visible').focus()
  })

  it('end what runs in them when they are closed', async () => {
    await haveShells('one', 'two')
    await type('sleep 4321')
    await eventually('the program', async () => (await processesOf('one')).includes('sleep 4321'), WAIT_MS)
    await close()
    await eventually('its end', async () => !(await processesOf('one')).includes('sleep 4321'), WAIT_MS)
    await hasTabs(1)
    await isFocused(/drawer-tab-name|xterm/)
  })

  it('tell how they ended', async () => {
    await haveShells('two')
    await type('exit 3')
    await eventually(
      'the words',
      async () => (await page.locator('.terminal-note:visible').textContent())?.includes('Exit code 3.'),
      WAIT_MS,
    )
    await page.getByTestId('session-close').click()
    await hasTabs(0)
  })

  it('show the lines of a log with both outputs apart, and find in them', async () => {
    await open('one', 'Logs')
    const lines = page.getByTestId('log-line')
    const texts = async () => (await lines.locator('.log-text').allTextContents()).join('\n')
    await eventually('lines', async () => /one out \d+[\s\S]*one out \d+/.test(await texts()))
    expect(await page.locator('[data-testid=log-line][data-error=true]').first().textContent()).toContain(
      'one err',
    )
    await page.getByTestId('log-streams').selectOption('err')
    await eventually('only errors', async () => {
      const shown = await texts()
      return shown.includes('one err') && !shown.includes('one out')
    })
    await page.getByTestId('log-streams').selectOption('both')
    await page.getByTestId('log-find').fill('OUT')
    await eventually('matches', async () => (await page.locator('.log-line mark').count()) > 0)
    await page.getByText('Only matching lines').click()
    await eventually('nothing else', async () => {
      const shown = await texts()
      return shown.includes('one out') && !shown.includes('err')
    })
    await page.getByTestId('log-find').fill('')
    await page.getByTestId('log-since').selectOption('1h')
    await eventually('lines again, from the first on', async () => {
      await page.getByTestId('log-lines').evaluate((element) => element.scrollTo(0, 0))
      // As long as it follows the end, more lines take it there.
      const isScrolledUp = await page.getByTestId('log-end').isVisible()
      return isScrolledUp && (await texts()).includes('one out 0\n')
    })
    // Who has scrolled up stays there.
    const first = await lines.first().textContent()
    await page.waitForTimeout(1500)
    expect(await lines.first().textContent()).toBe(first)
    await page.getByTestId('log-end').click()
    // Also who has done so when other lines come before the browser tells of it.
    await eventually('the beginning, of other lines', async () => {
      await page.evaluate(`{
        document.querySelector('[data-testid=log-lines]').scrollTo(0, 0)
        const streams = document.querySelector('[data-testid=log-streams]')
        streams.value = streams.value === 'out' ? 'both' : 'out'
        streams.dispatchEvent(new Event('change', { bubbles: true }))
      }`)
      return page.getByTestId('log-end').isVisible()
    })
    await page.getByTestId('log-end').click()
    const [file] = await Promise.all([
      page.waitForEvent('download'),
      page.getByTestId('log-download').click(),
    ])
    expect(file.suggestedFilename()).toMatch(/one-.*\.log$/)
    await page.getByTestId('session-close').click()
  })

  it('have a log where somebody has scrolled to when it is shown again, whatever came meanwhile', async () => {
    await open('one', 'Logs')
    const one = page.getByTestId('log-lines').first()
    const scrolled = () => one.evaluate((element) => element.scrollTop)
    const extent = () => one.locator('.logs-space').evaluate((space) => space.getAttribute('style'))
    await page.getByTestId('log-since').selectOption('1h')
    await eventually('lines above and below', async () => {
      await one.evaluate((element) => element.scrollTo(0, 40))
      return (await page.getByTestId('log-end').isVisible()) && (await scrolled()) === 40
    })
    await open('two', 'Logs')
    await one.waitFor({ state: 'hidden' })
    const before = await extent()
    await eventually('more lines', async () => (await extent()) !== before)
    await tabs().first().getByRole('tab').click()
    await one.waitFor()
    expect(await scrolled()).toBe(40)
    for (const left of [1, 0]) {
      await tabs().last().getByTestId('session-close').click()
      await hasTabs(left)
    }
  })

  it('show the logs of several nodes together, by time, each in its colour', async () => {
    await page.goto(`${network.url}/#/containers?group=&q=${encodeURIComponent(`name:${docker.prefix}*`)}`)
    await page.getByText(/^Act on these 2/).click({ timeout: WAIT_MS })
    await page.locator('[data-testid=batch-choice][data-control=docker_get_logs]').click({ timeout: WAIT_MS })
    await page.getByTestId('batch-go').click()
    await eventually('both', async () => (await page.getByTestId('log-source').count()) === 2, WAIT_MS)
    await hasTabs(1)
    const lines = page.getByTestId('log-line')
    await eventually('lines of both', async () => {
      const text = (await lines.allTextContents()).join('\n')
      return text.includes('one out') && text.includes('two out')
    })
    // With their dates, which midnight is not before.
    const times = await lines
      .locator('time')
      .evaluateAll((all) => all.map((time) => /\((.*)\)$/.exec(time.getAttribute('title') ?? '')?.[1] ?? ''))
    expect(times.length).toBeGreaterThan(1)
    expect(times).not.toContain('')
    expect(times).toEqual([...times].sort())
    await eventually(
      'a colour of each',
      async () => {
        const colours = await page
          .locator('.log-line .log-source')
          .evaluateAll((names) => names.map((name) => name.getAttribute('data-colour')))
        return new Set(colours).size === 2
      },
      WAIT_MS,
    )
    await page.getByTestId('log-source').first().click()
    await eventually('only one of them', async () => {
      const text = (await lines.allTextContents()).join('\n')
      return !(text.includes('one out') && text.includes('two out'))
    })
    await page.getByTestId('session-close').click()
  })

  it('go back to the only line that is found, each time that Enter is pressed', async () => {
    const script = '/bin/busybox seq 1 3000; exec /bin/busybox sleep 1000'
    ids.set('many', `${await docker.run('many', [], ['/bin/busybox', 'sh', '-c', script])};<container>`)
    await areKnown()
    await open('many', 'Logs')
    const last = page.getByTestId('log-line').getByText('3000', { exact: true })
    await last.first().waitFor({ timeout: WAIT_MS })
    const search = page.getByTestId('log-find')
    await search.fill('2500')
    const found = page.locator('[data-testid=log-line][data-current=true]')
    for (const _ of ['first', 'again']) {
      await search.press('Enter')
      await found.waitFor({ timeout: WAIT_MS })
      await page.getByTestId('log-lines').evaluate((element) => element.scrollTo(0, 0))
      await found.waitFor({ state: 'detached', timeout: WAIT_MS })
    }
  })

  it.each([
    ['a phone', { width: 390, height: 800 }],
    ['a wide page', { width: 1280, height: 800 }],
  ])('keep the edge of the drawer at the pointer that moves it, on %s', async (_, size) => {
    if ((await tabs().count()) === 0) await open('one', 'Logs')
    await page.setViewportSize(size)
    const topOf = async () => (await page.getByTestId('drawer').boundingBox())?.y ?? 0
    const before = await topOf()
    const x = size.width / 2
    const y = before + 4
    await page.mouse.move(x, y)
    await page.mouse.down()
    for (const moved of [50, 100, 20]) {
      await page.mouse.move(x, y - moved)
      await expect.poll(async () => Math.abs(before - (await topOf()) - moved)).toBeLessThanOrEqual(2)
    }
    await page.mouse.up()
    await page.setViewportSize({ width: 1280, height: 800 })
  })

  it('ran without a complaint of the browser', () => expect(complaints).toEqual([]))
})
