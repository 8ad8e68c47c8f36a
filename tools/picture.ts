import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { ViewDocument } from '../src/api/types.ts'
import { checkout } from '../src/checkout.ts'
import { eventually } from '../test/support/eventually.ts'
import { openBrowser } from '../test/support/machine/browser.ts'
import { startDemo } from '../test/support/scope/running-demo.ts'

/**
 * Takes the picture of the README anew: the containers of the demo, with the card of one that talks to several others. To be run when the
 * page has changed.
 */
const PICTURE = join(checkout.root, 'docs/scope.png')
const CHOSEN = 'shop_payments.1'
/** Until the charts of the card have something to show. */
const WATCHED_MS = 100_000

const demo = await startDemo(['--churn=0'])
const browser = await openBrowser()
try {
  const id = await eventually(CHOSEN, async () => {
    const { nodes } = await demo.get<ViewDocument>('/api/topology/containers')
    return Object.values(nodes ?? {}).find(({ label }) => label === CHOSEN)?.id
  })
  const page = await browser.newPage({ colorScheme: 'dark', viewport: { width: 1440, height: 860 } })
  await page.goto(`${demo.url}/#/containers`)
  await sleep(WATCHED_MS)
  await page.goto(`${demo.url}/#/containers/${encodeURIComponent(id)}`)
  await page.getByText('Inbound', { exact: true }).waitFor()
  // The others fade, and the map moves to where the card leaves room.
  await sleep(3000)
  await page.screenshot({ path: PICTURE })
  console.log(`${PICTURE}: look at it`)
} finally {
  await browser.close()
  await demo.stop()
}
