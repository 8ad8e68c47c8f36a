import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { hostname } from 'node:os'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { ControllablesDocument } from '../../../../src/api/control.ts'
import { EVENTUALLY_MS, eventually } from '../../../support/eventually.ts'
import { calm, openBrowser } from '../../../support/machine/browser.ts'
import { connectCommand, openTestDocker, type TestDocker } from '../../../support/machine/docker.ts'
import { describeWith } from '../../../support/machine/requirements.ts'
import { takePid } from '../../../support/machine/taken-pid.ts'
import { type RunningScope, startScope } from '../../../support/scope/running-scope.ts'

const WAIT_MS = EVENTUALLY_MS
const PASSWORD = 'correct horse battery'
/** A map that has not moved for so long rests. */
const REST_MS = 400
/** Of one look of several: longer than the page takes, shorter than all of them may take. */
const LOOK_MS = 5000
/** Where letters choose from a list, one that comes so long after the one before begins another word. */
const LETTERS_MS = 1500
/** Where a person types in the terminal that is shown. */
const TERMINAL = '[data-testid=terminal]:visible .xterm-helper-textarea'

describeWith(['browser', 'root', 'docker'], 'acting in the page', () => {
  let docker: TestDocker
  let scope: RunningScope
  let browser: Browser
  let contexts: BrowserContext[] = []

  const open = async (hash: string, url = scope.url) => {
    const context = await browser.newContext({ ...calm, viewport: { width: 1200, height: 760 } })
    contexts.push(context)
    const page = await context.newPage()
    page.setDefaultTimeout(WAIT_MS)
    await page.goto(`${url}/${hash}`)
    return page
  }
  const isSettled = (page: Page) => page.locator('[data-testid=map][data-settled=true]').waitFor()
  /** A page of the owner that shows the containers whose names begin so. */
  const openOwner = async (name: string) => {
    const { stdout } = await scope.scope('token', '--link')
    const page = await open(`#code=${/#code=([\w-]+)/.exec(stdout)?.[1]}`)
    await page.getByTestId('account').filter({ hasText: 'owner' }).waitFor()
    await show(page, name)
    return page
  }
  const show = async (page: Page, name: string) => {
    await page.evaluate(`location.hash = '#/containers?group=&q=name:${docker.prefix}${name}*'`)
    await page.getByTestId('filter-count').getByText(' of ').waitFor()
    await isSettled(page)
    // A container that was started just before comes with a later frame, and all are placed by a layout after that.
    const begin = docker.prefix + name
    await eventually(
      `nothing but ${begin}*, all placed`,
      async () => {
        const shown = await nodesOf(page)
        return shown.length > 0 && shown.every(({ label, at }) => label.startsWith(begin) && at !== null)
      },
      WAIT_MS,
    )
  }
  /** The nodes of the map at one moment, each with its place on the map. */
  const nodesOf = (page: Page) =>
    page.getByTestId('node').evaluateAll((nodes) =>
      nodes.map((node) => ({
        label: node.getAttribute('data-label') ?? '',
        at: node.getAttribute('data-x'),
      })),
    )
  const nodeOf = (page: Page, name: string) =>
    page.locator(`[data-testid=node][data-label="${docker.prefix}${name}"]`)
  const openCard = async (page: Page, name: string) => {
    await nodeOf(page, name).locator('button').press('Enter')
    await page
      .getByTestId('card-title')
      .getByText(docker.prefix + name)
      .waitFor()
  }
  const control = (page: Page, id: string) => page.locator(`[data-testid=control][data-control=${id}]`)
  /** Where a node is in the window. */
  const placeOf = async (page: Page, name: string) => {
    const label = docker.prefix + name
    const look = () =>
      page.evaluate<{ readonly x: number; readonly y: number }>(`(() => {
        const read = (element) => ['x', 'y', 'zoom'].map((name) => Number(element.getAttribute('data-' + name)))
        const [left, top, zoom] = read(document.querySelector('[data-testid=map-canvas]'))
        const [x, y] = read(document.querySelector('[data-testid=node][data-label="${label}"]'))
        return { x: x * zoom + left, y: y * zoom + top }
      })()`)
    let before = ''
    return eventually(
      `${label} to rest`,
      async () => {
        await page.waitForTimeout(REST_MS)
        const at = await look()
        const rests = JSON.stringify(at) === before
        before = JSON.stringify(at)
        return rests && at
      },
      WAIT_MS,
    )
  }
  /** Waits until something has the focus, by its test id, else its text. */
  const isFocused = (page: Page, wanted: string) =>
    eventually(
      `the focus on ${wanted}`,
      async () => {
        const focused = await page.evaluate<string>(
          'document.activeElement.dataset.testid ?? document.activeElement.textContent',
        )
        if (focused === wanted) return true
        throw new Error(`${focused} has the focus, not ${wanted}`)
      },
      WAIT_MS,
    )
  /** Waits until what is typed goes to the terminal that is shown, or to a field of a dialog. */
  const isTypedInto = (page: Page, selector: string) =>
    page.locator(selector).and(page.locator(':focus')).waitFor({ state: 'attached' })
  const stateOf = (name: string) =>
    docker.docker('inspect', '--format', '{{.State.Status}}', docker.prefix + name)
  const startedAt = (name: string) =>
    docker.docker('inspect', '--format', '{{.State.StartedAt}}', docker.prefix + name)
  const addUser = async (name: string, role: string) => {
    const { stdout } = await scope.scope('token')
    const answer = await fetch(`${scope.url}/api/users`, {
      method: 'POST',
      headers: { authorization: `Bearer ${stdout.trim()}`, 'content-type': 'application/json' },
      body: JSON.stringify({ name, role, password: PASSWORD }),
    })
    expect(answer.status).toBe(200)
  }

  beforeAll(async () => {
    docker = await openTestDocker()
    const quick = ['--stop-timeout', '1']
    await docker.serve('shop', quick)
    const ip = await docker.docker(
      'inspect',
      '--format',
      '{{.NetworkSettings.IPAddress}}',
      `${docker.prefix}shop`,
    )
    await docker.run('front', quick, connectCommand(ip, 5000))
    await docker.run('pause', quick)
    for (const name of ['many-1', 'many-2', 'many-3']) await docker.run(name, quick)
    scope = await startScope(['--probe.controls=container,process'])
    browser = await openBrowser()
  })
  afterEach(async () => {
    await Promise.all(contexts.map((context) => context.close()))
    contexts = []
  })
  afterAll(async () => {
    await browser?.close()
    await scope?.stop()
    await docker?.close()
  })

  it('pauses a container from the menu of its node, by the keyboard alone, and goes on from its card', async () => {
    const page = await openOwner('pause')
    await page.getByTestId('map-canvas').focus()
    await page.keyboard.press('ArrowRight')
    await page.keyboard.press('Shift+F10')
    await page.locator('[data-testid=node-menu][data-ready=true]').waitFor()
    await page.keyboard.press('p')
    await isFocused(page, 'menu-item')
    await page.keyboard.press('Enter')
    await page.locator('[data-testid=impact][data-kind=ready]').waitFor()
    expect(await page.getByTestId('impact').textContent()).toBe('No client is connected now.')
    await isFocused(page, 'cancel')
    await page.keyboard.press('Enter')
    await page.getByTestId('confirm').waitFor({ state: 'hidden' })
    expect(await stateOf('pause')).toBe('running')

    await isFocused(page, 'map-canvas')
    await page.keyboard.press('m')
    await page.locator('[data-testid=node-menu][data-ready=true]').waitFor()
    await page.keyboard.press('p')
    await page.keyboard.press('Enter')
    await page.locator('[data-testid=impact][data-kind=ready]').waitFor()
    await isFocused(page, 'cancel')
    await page.keyboard.press('Tab')
    await page.keyboard.press('Enter')
    await page.getByTestId('notices').getByText('Pause is done').waitFor()
    expect(await stateOf('pause')).toBe('paused')

    await openCard(page, 'pause')
    await control(page, 'docker_unpause_container').press('Enter')
    await page.getByTestId('controls').getByText('Unpause is done').waitFor()
    expect(await stateOf('pause')).toBe('running')
    // The button that had the focus is gone; another one of the row has it now.
    await control(page, 'docker_pause_container').waitFor()
    await isFocused(page, 'control')
  })

  it('runs a command that is filled in, after it was told what was wrong with it, by the keyboard alone', async () => {
    const page = await openOwner('pause')
    await openCard(page, 'pause')
    const terminal = page.getByTestId('terminal').filter({ visible: true }).locator('.xterm-rows')
    await page.locator('[data-testid=control-arguments][data-control=docker_exec_container]').press('Enter')
    const dialog = page.getByTestId('arguments')
    await isTypedInto(page, '[data-testid=arguments] :is(input, select)')
    await page.keyboard.type(`/bin/busybox sh -c 'echo $((6*7)); exec /bin/busybox cat'`)
    await page.keyboard.press('Tab')
    await page.keyboard.type('no body')
    await page.keyboard.press('Enter')
    await dialog.getByTestId('failure').getByText('user: expected a user').waitFor()
    await dialog.getByLabel('User').fill('')
    await page.keyboard.press('Enter')
    await dialog.waitFor({ state: 'hidden' })
    await terminal.getByText('42').waitFor()
    await isTypedInto(page, TERMINAL)
    await page.keyboard.type('typed into it')
    await page.keyboard.press('Enter')
    // As it was typed, and as `cat` has sent it back.
    await eventually(
      'the answer',
      async () => ((await terminal.textContent()) ?? '').split('typed into it').length === 3,
      WAIT_MS,
    )

    await page.locator('[data-testid=control-arguments][data-control=docker_exec_container]').press('Enter')
    await isTypedInto(page, '[data-testid=arguments] :is(input, select)')
    expect(await dialog.getByLabel('Command').inputValue()).toBe('')
    await page.keyboard.type('/bin/busybox pwd; exec /bin/busybox cat')
    await dialog.getByLabel('Working directory').fill('/proc')
    await page.keyboard.press('Enter')
    await terminal.getByText('/proc').waitFor()
    await isTypedInto(page, TERMINAL)
    await page.keyboard.type('here too')
    await terminal.getByText('here too').first().waitFor()
  })

  it('sends the signal that was chosen from the menu, once that is confirmed', async () => {
    const trap = `trap 'echo hung up' HUP; echo ready; while :; do /bin/busybox sleep 0.1; done`
    await docker.run('trap', ['--stop-timeout', '1'], ['/bin/busybox', 'sh', '-c', trap])
    const logs = () => docker.docker('logs', `${docker.prefix}trap`)
    await eventually('the trap', async () => (await logs()).includes('ready'), WAIT_MS)
    const page = await openOwner('trap')
    await page.getByTestId('map-canvas').focus()
    await page.keyboard.press('ArrowRight')
    await page.keyboard.press('m')
    await page.locator('[data-testid=node-menu][data-ready=true]').waitFor()
    await page.keyboard.press('k')
    await page.keyboard.press('ArrowDown')
    expect(await page.evaluate('document.activeElement.textContent')).toBe('Kill with signal …')
    await page.keyboard.press('Enter')
    const dialog = page.getByTestId('arguments')
    await isTypedInto(page, '[data-testid=arguments] :is(input, select)')
    // On a busy machine they may come slowly.
    await eventually(
      'the signal by its letters',
      async () => {
        await page.keyboard.type('SIGHUP')
        if ((await dialog.getByLabel('Signal').inputValue()) === 'SIGHUP') return true
        await page.waitForTimeout(LETTERS_MS)
        return false
      },
      WAIT_MS,
    )
    await page.keyboard.press('Enter')
    await page.locator('[data-testid=impact][data-kind=ready]').waitFor()
    expect(await page.getByTestId('confirm-arguments').textContent()).toBe('Signal: SIGHUP.')
    expect(await logs()).not.toContain('hung up')
    // Not yet: what was filled in is there still.
    await isFocused(page, 'cancel')
    await page.keyboard.press('Enter')
    await page.getByTestId('confirm').waitFor({ state: 'hidden' })
    expect(await dialog.getByLabel('Signal').inputValue()).toBe('SIGHUP')
    await page.getByTestId('arguments-go').press('Enter')
    await page.locator('[data-testid=impact][data-kind=ready]').waitFor()
    await page.getByTestId('agree').press('Enter')
    await dialog.waitFor({ state: 'hidden' })
    await page.getByTestId('notices').getByText('Kill is done').waitFor()
    await eventually('the signal', async () => (await logs()).includes('hung up'), WAIT_MS)
    expect(await stateOf('trap')).toBe('running')
  })

  it('says before a container is stopped who is connected to it', async () => {
    const page = await openOwner('shop')
    await openCard(page, 'shop')
    const client = `${docker.prefix}front`
    await eventually(
      'the connection',
      async () => {
        const { nodes } = await scope.get<{ nodes: { label: string; clients: { names: string[] } }[] }>(
          `/api/controls?q=name:${docker.prefix}shop`,
        )
        return nodes[0]?.clients.names.includes(client)
      },
      WAIT_MS,
    )
    await control(page, 'docker_stop_container').click()
    await page.locator('[data-testid=impact][data-kind=ready]').waitFor()
    // With its host, since there may be another container of the same name.
    expect(await page.getByTestId('confirm-node').textContent()).toBe(`${docker.prefix}shop ${hostname()}`)
    expect(await page.getByTestId('impact').textContent()).toBe(
      `1 client is connected now: ${client}; 1 connection is open.`,
    )
    expect(await stateOf('shop')).toBe('running')
    await page.getByTestId('agree').click()
    await page.getByText('Stop is done').waitFor()
    expect(await stateOf('shop')).toBe('exited')
  })

  it('tells in words at the card why a control failed', async () => {
    await docker.run('doomed')
    const page = await openOwner('doomed')
    await openCard(page, 'doomed')
    await control(page, 'docker_kill_container').click()
    await page.locator('[data-testid=impact][data-kind=ready]').waitFor()
    // Between the question and the answer, somebody else has removed it.
    await docker.docker('rm', '--force', `${docker.prefix}doomed`)
    await page.getByTestId('agree').click()
    const run = page.locator('[data-testid=run][data-state=failed]')
    await run.waitFor()
    expect(await run.textContent()).toMatch(/^Kill failed: ./)
  })

  it('kills no other process that has got the pid of the one that it asked about', async () => {
    const child = spawn('sleep', ['86400'])
    const pid = child.pid ?? 0
    const gone = once(child, 'exit')
    try {
      const page = await openOwner('pause')
      await page.evaluate(`location.hash = '#/processes?group=&unconnected=show&q=pid=${pid}'`)
      await page.locator('[data-testid=node][data-label=sleep] button').press('Enter')
      await page.getByTestId('card-title').getByText('sleep').waitFor()
      await control(page, 'process_kill').click()
      await page.locator('[data-testid=impact][data-kind=ready]').waitFor()
      child.kill('SIGKILL')
      await gone
      const other = await takePid(pid, ['tail', '-f', '/dev/null'])
      try {
        await eventually(
          'the other process on the map',
          async () => {
            const query = `topology=processes&unconnected=show&q=pid=${pid}`
            const { nodes } = await scope.get<ControllablesDocument>(`/api/controls?${query}`)
            return nodes[0]?.label === 'tail'
          },
          WAIT_MS,
        )
        await page.getByTestId('agree').click()
        const run = page.locator('[data-testid=run][data-state=failed]')
        await run.waitFor()
        expect(await run.textContent()).toContain(
          'Kill (SIGKILL) failed: The process that was meant has ended',
        )
        // It lives, asleep or at work.
        expect(readFileSync(`/proc/${pid}/stat`, 'utf8')).toMatch(/\(tail\) [SRD]/)
      } finally {
        await other.end()
      }
    } finally {
      child.kill('SIGKILL')
    }
  })

  it('restarts several at once, and none that was left out or came later', async () => {
    const page = await openOwner('many')
    const names = ['many-1', 'many-2', 'many-3']
    await page.getByTestId('filter-count').getByText('3 of').waitFor()
    const before = await Promise.all(names.map(startedAt))
    await page.getByTestId('map-canvas').focus()
    await page.keyboard.press('a')
    await page.locator('[data-testid=batch-choice]').first().waitFor()
    await docker.run('many-4', ['--stop-timeout', '1'])
    await page.getByTestId('filter-count').getByText('4 of').waitFor({ state: 'attached' })
    const item = (name: string) => page.getByTestId('batch-item').filter({ hasText: docker.prefix + name })
    expect(await page.getByTestId('batch-item').count()).toBe(3)
    await page.locator('[data-testid=batch-choice][data-control=docker_restart_container]').click()
    await item('many-2').getByRole('checkbox').click()
    await page.getByTestId('batch-go').click()
    await page.locator('[data-testid=batch][data-section=confirming]').waitFor()
    expect(await page.getByTestId('batch-words').textContent()).toContain('Restart 2 nodes?')
    await isFocused(page, 'batch-back')
    expect(await page.getByTestId('batch-item').count()).toBe(3)
    const later = await startedAt('many-4')
    await page.getByTestId('batch-agree').click()
    await page.locator('[data-testid=batch][data-section=over]').waitFor()
    expect(await page.getByTestId('batch-words').textContent()).toBe('2 of 2 done')
    expect(await item('many-1').textContent()).toContain('Restart is done')
    expect(await item('many-2').textContent()).not.toContain('done')
    const after = await Promise.all(names.map(startedAt))
    expect(after.map((at, which) => at !== before[which])).toEqual([true, false, true])
    expect(await startedAt('many-4')).toBe(later)
  })

  it('refuses a viewer, and says why', async () => {
    await addUser('vera', 'viewer')
    const page = await open('#/containers')
    await isSettled(page)
    await show(page, 'pause')
    await page.getByTestId('account').click()
    await page.getByTestId('open-sign-in').click()
    const form = page.getByTestId('sign-in-password')
    await form.getByLabel('User name').fill('vera')
    await form.getByLabel('Password', { exact: true }).fill(PASSWORD)
    await form.getByLabel('Password', { exact: true }).press('Enter')
    await page.getByTestId('account').filter({ hasText: 'vera' }).waitFor()
    await openCard(page, 'pause')
    const refused = 'this takes the role operator, and vera is viewer'
    await page.getByTestId('refused').getByText(refused).waitFor()
    const stop = control(page, 'docker_stop_container')
    expect(await stop.getAttribute('aria-disabled')).toBe('true')
    expect(await stop.getAttribute('title')).toBe(`Stop: ${refused}`)
    await stop.press('Enter')
    expect(await page.getByTestId('confirm').isVisible()).toBe(false)
    await page.getByTestId('map-canvas').focus()
    await page.keyboard.press('m')
    await page.getByRole('menuitem', { name: 'Stop' }).getByText(refused).waitFor()
    await page.keyboard.press('Escape')
    await page.keyboard.press('a')
    await page.locator('[data-testid=batch-choice][data-control=docker_stop_container]:disabled').waitFor()
    expect(await stateOf('pause')).toBe('running')
  })

  it('leads who is not signed in to the form, and acts once that is done', async () => {
    const page = await open('#/containers')
    await isSettled(page)
    await show(page, 'pause')
    await openCard(page, 'pause')
    await control(page, 'docker_stop_container').click()
    await page.getByTestId('account-dialog').waitFor()
    const { stdout } = await scope.scope('token', '--link')
    await page.getByLabel('Link or code').fill(/#code=([\w-]+)/.exec(stdout)?.[1] ?? '')
    await page.getByLabel('Link or code').press('Enter')
    await page.getByTestId('account').filter({ hasText: 'owner' }).waitFor()
    // What signing in has made possible is seen without another look at the node.
    await page.locator('[data-testid=control][data-control=docker_stop_container][title="Stop …"]').waitFor()
    await control(page, 'docker_stop_container').click()
    await page.locator('[data-testid=impact][data-kind=ready]').waitFor()
    await page.keyboard.press('Escape')
    await page.getByTestId('confirm').waitFor({ state: 'hidden' })
    expect(await page.getByTestId('card').count()).toBe(1)
    expect(await stateOf('pause')).toBe('running')
  })

  describe('the menu of a node', () => {
    it('opens by the right button within the window, and the map zooms and moves beneath it', async () => {
      const page = await openOwner('many')
      const menu = page.locator('[data-testid=node-menu][data-ready=true]')
      // A map that a busy machine draws late only seems to rest.
      await eventually('the menu', async () => {
        const at = await placeOf(page, 'many-1')
        await page.mouse.click(at.x, at.y, { button: 'right' })
        await menu.waitFor({ timeout: LOOK_MS })
        return true
      })
      expect(await page.getByTestId('card').count()).toBe(0)
      const box = await menu.boundingBox()
      expect((box?.x ?? 0) + (box?.width ?? 0)).toBeLessThanOrEqual(1200)
      expect((box?.y ?? 0) + (box?.height ?? 0)).toBeLessThanOrEqual(760)
      const canvas = page.getByTestId('map-canvas')
      const zoom = await canvas.getAttribute('data-zoom')
      await page.mouse.move(40, 300)
      await page.mouse.wheel(0, 200)
      await eventually('the zoom', async () => (await canvas.getAttribute('data-zoom')) !== zoom)
      // Frames with new nodes come in while it is open.
      const name = `live-${Date.now()}`
      await docker.run(`many-${name}`)
      await nodeOf(page, `many-${name}`).waitFor({ state: 'attached' })
      expect(await menu.boundingBox()).toEqual(box)
      const x = await canvas.getAttribute('data-x')
      await page.mouse.move(40, 300)
      await page.mouse.down()
      await page.mouse.move(140, 340, { steps: 5 })
      await page.mouse.up()
      await menu.waitFor({ state: 'detached' })
      await eventually('the move', async () => (await canvas.getAttribute('data-x')) !== x)
    })

    it('closes with Escape, a choice or Tab, and gives the focus back', async () => {
      const page = await openOwner('many')
      await openCard(page, 'many-1')
      for (const key of ['Escape', 'Tab']) {
        await page.getByTestId('map-canvas').focus()
        await page.keyboard.press('ContextMenu')
        await page.getByTestId('node-menu').waitFor()
        await isFocused(page, 'menu-item')
        await page.keyboard.press(key)
        await page.getByTestId('node-menu').waitFor({ state: 'detached' })
        await isFocused(page, 'map-canvas')
        // Escape was for the menu alone.
        expect(await page.getByTestId('card').count()).toBe(1)
      }
    })
  })
})
