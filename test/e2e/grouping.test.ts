import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { settings } from '../../web/settings.ts'
import { EVENTUALLY_MS, eventually } from '../support/eventually.ts'
import { complaintsIn, openBrowser } from '../support/machine/browser.ts'
import { describeWith } from '../support/machine/requirements.ts'
import { containerNode, pair, processNode, report } from '../support/reports/reports.ts'
import { connectTestProbe } from '../support/scope/app-client.ts'
import { type RunningScope, startScope } from '../support/scope/running-scope.ts'

const WAIT_MS = EVENTUALLY_MS

const projects = ['shop', 'blog', 'wiki']
const services = ['web', 'api', 'db']

const fleet = () =>
  report({
    nodes: projects.flatMap((project, p) =>
      services.flatMap((service, s) => [
        containerNode('alpha', `${project}-${service}`, {
          labels: { 'com.docker.compose.project': project, 'com.docker.compose.service': service },
        }),
        processNode('alpha', p * 10 + s + 1, { container: `${project}-${service}` }),
      ]),
    ),
    connections: projects.flatMap((_, p) => [
      pair(`alpha;${p * 10 + 1}`, `alpha;${p * 10 + 2}`, 80),
      pair(`alpha;${p * 10 + 2}`, `alpha;${p * 10 + 3}`, 5432),
      pair(`alpha;${p * 10 + 2}`, `alpha;${((p + 1) % 3) * 10 + 1}`, 443),
    ]),
  })

describeWith(['browser'], 'the map in groups', () => {
  let scope: RunningScope
  let browser: Browser
  let page: Page
  const complaints: string[] = []

  const shown = async (): Promise<string> => {
    const labels = await page
      .getByTestId('node')
      .evaluateAll((nodes) => nodes.map((node) => node.getAttribute('data-label')))
    return labels.sort().join(' ')
  }
  const shows = (labels: readonly string[]) =>
    eventually(labels.join(' '), async () => (await shown()) === [...labels].sort().join(' '))
  const membersOf = (project: string) => services.map((service) => `${project}-${service}`)

  const attribute = async (selector: string, name: string): Promise<number> =>
    Number((await page.locator(selector).first().getAttribute(name)) ?? Number.NaN)

  /** Where a node is on the page, once the map is at rest. */
  const placeOf = async (label: string): Promise<{ x: number; y: number }> => {
    const node = `[data-testid=node][data-label="${label}"]`
    const camera = '[data-testid=map-canvas]'
    const look = async () => {
      const zoom = await attribute(camera, 'data-zoom')
      return {
        x: (await attribute(node, 'data-x')) * zoom + (await attribute(camera, 'data-x')),
        y: (await attribute(node, 'data-y')) * zoom + (await attribute(camera, 'data-y')),
      }
    }
    let before = ''
    return eventually(`${label} to rest`, async () => {
      // While it moves, it is not told where it is.
      await page.waitForTimeout(2 * settings.motion.moveMs)
      const now = await look()
      const rests = JSON.stringify(now) === before && Number.isFinite(now.x)
      before = JSON.stringify(now)
      return rests ? now : undefined
    })
  }
  const doubleClick = async (label: string) => {
    const { x, y } = await placeOf(label)
    await page.mouse.dblclick(x, y)
  }

  beforeAll(async () => {
    scope = await startScope(['--no-probe', '--app.window', '10m'])
    const probe = await connectTestProbe(scope)
    expect((await probe.post(fleet())).status).toBe(200)
    browser = await openBrowser()
    page = await browser.newPage({ viewport: { width: 1280, height: 800 } })
    page.on('console', (message) => {
      complaints.push(...complaintsIn(message))
    })
    page.on('pageerror', (error) => complaints.push(String(error)))
    await page.goto(`${scope.url}/#/containers`)
    await page.locator('[data-testid=map][data-settled=true]').waitFor({ timeout: WAIT_MS })
  })
  afterAll(async () => {
    await browser?.close()
    await scope?.stop()
  })

  it('is folded by a choice below it', async () => {
    await page.getByTestId('group-by').selectOption('compose')
    await shows(projects)
    await expect.poll(() => page.url()).toContain('group=compose')
  })

  it('opens a group by a double click, and the others make way and come back', async () => {
    const before = await placeOf('wiki')
    await doubleClick('shop')
    await shows([...membersOf('shop'), 'blog', 'wiki'])
    await expect.poll(() => decodeURIComponent(page.url())).toContain('open=group:compose=alpha;shop')
    await page.getByTestId('open-group').click()
    await shows(projects)
    // Where it was with the open group, it rests as well until the map has taken in that this is closed.
    await eventually('the place of before', async () => {
      const after = await placeOf('wiki')
      expect(Math.hypot(after.x - before.x, after.y - before.y)).toBeLessThan(3)
      return true
    })
  })

  it('opens one from its card, closes it from that of a member, and shows its connections', async () => {
    await page.getByTestId('node').filter({ hasText: 'blog' }).locator('button').press('Enter')
    await page.getByTestId('card').waitFor({ timeout: WAIT_MS })
    await page.getByTestId('card').getByText('3 containers on alpha').first().waitFor({ timeout: WAIT_MS })
    await page.getByTestId('group-open').click()
    await shows([...membersOf('blog'), 'shop', 'wiki'])
    await page.getByTestId('node').filter({ hasText: 'blog-db' }).locator('button').press('Enter')
    await page.getByTestId('group-close').click()
    await shows(projects)
    await eventually(
      'the card of the group',
      async () => (await page.getByTestId('card-title').textContent()) === 'blog',
    )
  })

  it('opens one by Enter twice', async () => {
    await page.keyboard.press('Escape')
    const button = page.getByTestId('node').filter({ hasText: 'wiki' }).locator('button')
    await button.press('Enter')
    await page.getByTestId('group-open').waitFor({ timeout: WAIT_MS })
    await button.press('Enter')
    await shows([...membersOf('wiki'), 'blog', 'shop'])
  })

  it('is the same by its address', async () => {
    const again = await browser.newPage()
    await again.goto(page.url())
    await eventually('the same nodes', async () => {
      const labels = await again
        .getByTestId('node')
        .evaluateAll((nodes) => nodes.map((node) => node.getAttribute('data-label')))
      return labels.sort().join(' ') === [...membersOf('wiki'), 'blog', 'shop'].sort().join(' ')
    })
    await again.close()
  })

  it('is unfolded again, without a word in the console', async () => {
    await page.getByTestId('group-by').selectOption('')
    await shows(projects.flatMap(membersOf))
    await expect.poll(() => page.url()).not.toContain('open=')
    expect(complaints).toEqual([])
  })
})
