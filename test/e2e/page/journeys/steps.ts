import { hostname, totalmem } from 'node:os'
import { expect } from 'vitest'
import type { Edge, NodeSummary } from '../../../../src/api/types.ts'
import { eventually } from '../../../support/eventually.ts'
import { NOWHERE, pointAtEdge } from '../../../support/machine/map-edges.ts'
import { pointAtNode } from '../../../support/machine/map-nodes.ts'
import { PAGE, type Scene, sceneOf } from './scene.ts'
import { HELD_BYTES } from './shop.ts'

/** One step of a journey: what each hand does, and what is seen then, whichever did it. */
export interface Step {
  mouse(on: Scene): Promise<unknown>
  keyboard(on: Scene): Promise<unknown>
  seen(on: Scene): Promise<unknown>
}

/** The steps of a journey by what is done, in their order. */
export const steps: Readonly<Record<string, Step>> = {
  'chooses the project': {
    async mouse(on) {
      await on.at('some-of').click()
      await on.project.click()
      await on.page.mouse.click(NOWHERE.x, NOWHERE.y)
    },
    async keyboard(on) {
      await on.go('some-of')
      await on.tabTo(on.project)
      await on.press('Space', 'Escape')
    },
    seen: (on) => on.shows(on.shop.running),
  },
  'finds a container and opens its card': {
    mouse: (on) => on.clickOn(() => pointAtNode(on.page, on.name('api')), on.name('api')),
    keyboard: (on) => on.find(on.name('api')).then(() => on.press('Enter')),
    seen: (on) => on.title(on.name('api')).then(() => on.at('row-edge').first().waitFor()),
  },
  'reads the card to its end': {
    async mouse(on) {
      await on.at('card-body').hover()
      await on.toTheEnd(() => on.page.mouse.wheel(0, 9000))
    },
    keyboard: (on) => on.tabTo('card-body').then(() => on.toTheEnd(() => on.press('End'))),
    async seen(on) {
      expect(await on.at('card-body').evaluate(({ scrollTop }) => scrollTop)).toBeGreaterThan(0)
      const ip = await on.shop.inspect(
        'api',
        `{{(index .NetworkSettings.Networks "${on.name('net')}").IPAddress}}`,
      )
      const [socket = ''] = await on.shop.sockets('api', '-l', 'sport = :8080')
      for (const truth of [on.name('nginx'), on.name('net'), ip, socket.split(/\s+/)[3] ?? ''])
        await on.at('card').getByTestId('facts').getByText(truth, { exact: true }).first().waitFor()
    },
  },
  'follows a connection, which counts what is asked meanwhile': {
    async mouse(on) {
      const view = () => on.scope.view('containers', `?namespace=${on.shop.project}`)
      const isIt = (_: Edge, source: NodeSummary, target: NodeSummary) =>
        source.label === on.name('web') && target.label === on.name('api')
      const point = () => pointAtEdge(on.page, 'the connection', view, isIt)
      await on.clickOn(point, `${on.name('web')}→${on.name('api')}`)
    },
    keyboard: (on) => on.go('row-edge'),
    async seen(on) {
      await on.title(`${on.name('web')}→${on.name('api')}`)
      await expect.poll(on.opened).toBe(String(on.shop.asked()))
      await on.shop.ask(2)
      await expect.poll(on.opened).toBe(String(on.shop.asked()))
    },
  },
  'goes on to who connects': {
    mouse: (on) => on.page.locator('.edge-end').first().click(),
    keyboard: (on) => on.go(on.page.locator('.edge-end').first()),
    seen: (on) => on.title(on.name('web')),
  },
  'filters by an image': {
    async mouse(on) {
      await on.at('search').click()
      await on.choose(/^image:/)
      await on.choose(on.name('nginx'))
      await on.at('only-matches').click()
    },
    async keyboard(on) {
      await on.press('/')
      await on.page.keyboard.type(on.nginx)
      await on.press('Enter', 'Escape')
    },
    async seen(on) {
      await on.shows(() => on.shop.running('--filter', `ancestor=${on.name('nginx')}:1`))
      expect(await on.at('filter-chip').allTextContents()).toEqual([on.nginx])
    },
  },
  'goes closer, and who gets the link sees the same in another browser': {
    async mouse(on) {
      await pointAtNode(on.page, on.name('web'))
      await on.page.mouse.wheel(0, -200)
      await on.page.mouse.move(NOWHERE.x, NOWHERE.y)
      await on.page.mouse.down()
      await on.page.mouse.move(NOWHERE.x + 60, NOWHERE.y - 40, { steps: 4 })
      await on.page.mouse.up()
    },
    keyboard: (on) => on.toMap().then(() => on.press('+', 'Shift+ArrowRight')),
    async seen(on) {
      await eventually('the part in sight in the address', () => on.parameter('at') !== null)
      const there = sceneOf({ ...on, page: await on.otherBrowser.newPage(PAGE) })
      await eventually('the same part in sight', async () => {
        await there.page.goto(on.page.url())
        await there.at('map', '[data-settled=true]').waitFor()
        const [ours, theirs] = [await on.camera(), await there.camera()]
        return ours.every((value, i) => Math.abs(value - (theirs[i] ?? Number.NaN)) < 1)
      })
      await there.title(on.name('web'))
      await there.shows(on.nodes)
      expect(await there.at('filter-chip').allTextContents()).toEqual([on.nginx])
      await there.page.close()
    },
  },
  'shows all again': {
    async mouse(on) {
      await on.closeByMouse()
      await on.at('filter-chip').getByRole('button').click()
      await on.page.getByRole('button', { name: 'Show all', exact: true }).click()
    },
    async keyboard(on) {
      await on.closeByKeyboard()
      await on.go(on.at('filter-chip').getByRole('button'))
      await on.press('0')
    },
    async seen(on) {
      await on.shows(on.shop.running)
      await expect.poll(() => on.parameter('at')).toBeNull()
    },
  },
  'groups replicas': {
    mouse: (on) => on.at('fold').filter({ hasText: 'Group by service' }).click(),
    keyboard: (on) => on.tabTo('group-by').then(() => on.page.keyboard.type('se')),
    async seen(on) {
      const grouped = (one: string) => (one.includes('worker') ? on.group : one)
      await on.shows(async () => [...new Set((await on.shop.running()).map(grouped))].sort())
      const held = await on.shop.sockets('queue', 'state', 'established', 'sport = :6379')
      await on.holds(on.group, held.length)
    },
  },
  'opens a group': {
    mouse: (on) => pointAtNode(on.page, on.group).then(({ x, y }) => on.page.mouse.dblclick(x, y)),
    async keyboard(on) {
      await on.toMap()
      await on.find(on.group)
      await on.press('Enter')
      await on.title(on.group)
      await on.press('g')
    },
    async seen(on) {
      await on.shows(on.shop.running)
      for (const worker of ['worker-1', 'worker-2']) await on.holds(on.name(worker), 1)
    },
  },
  'shows each alone': {
    mouse: (on) => on.at('fold').filter({ hasText: 'Show all' }).click(),
    keyboard: (on) => on.tabTo('group-by').then(() => on.press('Home')),
    async seen(on) {
      await expect.poll(() => [on.parameter('group') || null, on.parameter('open')]).toEqual([null, null])
      await on.shows(on.shop.running)
    },
  },
  'sorts the table and opens a row': {
    async mouse(on) {
      await on.at('show', '[data-show=table]').click()
      await on.at('grid').locator('[data-sort=name]').click()
      await on.labelled('grid-row', on.name('queue')).click()
    },
    async keyboard(on) {
      await on.toMap()
      await on.press('t')
      await on.isAt('grid')
      await on.go(on.at('grid').locator('[data-sort=name]'))
      // Until then the rows are in the order of before.
      await on.at('grid').locator('[aria-sort=ascending] [data-sort=name]').waitFor()
      await on.tabTo('grid', 'Shift+Tab')
      await on.press('Home')
      const isQueue = () => on.at('grid-row', `[data-active=true][data-label="${on.name('queue')}"]`).count()
      for (const _ of await on.shop.running()) if ((await isQueue()) === 0) await on.press('ArrowDown')
      await on.press('Enter')
    },
    async seen(on) {
      await on.title(on.name('queue'))
      await expect.poll(on.rows).toEqual(await on.shop.running())
    },
  },
  'opens what holds memory': {
    async mouse(on) {
      await on.closeByMouse()
      await on.at('show', '[data-show=resources]').click()
      await on.at('resource', '[data-kind=memory]').click()
      await on.at('fit-used').click()
      await on.labelled('box', on.name('queue')).click({ position: { x: 2, y: 4 } })
    },
    async keyboard(on) {
      await on.closeByKeyboard()
      await on.press('r')
      await on.go(on.at('resource', '[data-kind=memory]'), 'fit-used')
      await on.tabTo('host-head')
      const isQueue = () => on.at('box', `:focus[data-label="${on.name('queue')}"]`).count()
      for (let boxes = await on.at('box').count(); boxes > 0 && !(await isQueue()); boxes--)
        await on.press('ArrowRight')
      await on.press('Enter')
    },
    async seen(on) {
      await on.title(on.name('queue'))
      const host = on.labelled('host', hostname().split('.')[0] ?? '')
      const box = host.locator(`[data-label="${on.name('queue')}"]`).first()
      const bytes = Number(await box.getAttribute('data-share')) * totalmem()
      expect(bytes).toBeGreaterThan(HELD_BYTES)
      expect(bytes).toBeLessThan(2 * HELD_BYTES)
    },
  },
  'stops the map, and is told what it misses': {
    async mouse(on) {
      await on.closeByMouse()
      await on.at('show', '[data-show=map]').click()
      await on.at('pause').click()
    },
    async keyboard(on) {
      await on.closeByKeyboard()
      await on.press('g')
      await on.isAt('map-canvas')
      await on.press('Space')
    },
    async seen(on) {
      await on.at('paused').getByText('paused').waitFor()
      const before = await on.shop.running()
      await on.shows(async () => before)
      await on.shop.startNewcomer()
      await expect
        .poll(() => on.at('paused').textContent())
        .toMatch(/^paused (just now|\d+ (s|min) ago) · 1 new$/)
      expect(await on.nodes()).toEqual(before)
    },
  },
  'lets it go on': {
    mouse: (on) => on.at('pause').click(),
    keyboard: (on) => on.press('Space'),
    async seen(on) {
      await on.shows(on.shop.running)
      await on.shop.docker.docker('rm', '--force', on.name('newcomer'))
      await on.shows(on.shop.running)
    },
  },
}
