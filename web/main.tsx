import { type JSX, lazy } from 'solid-js'
import { render } from 'solid-js/web'
import { MissingPart } from './components/page/missing-part.tsx'
import { Page } from './components/page/page.tsx'
import { beginWith, loadPart, loadStylesAgain } from './data/load-part.ts'
import { takeCode } from './data/sign-in-link.ts'
import { SESSION_WINDOW } from './state/control/windows.ts'

// Before anything else reads the address.
const code = takeCode('')
const SessionWindow = lazy(async () => ({
  default: (await loadPart(() => import('./components/session-window/session-window.tsx'))).SessionWindow,
}))
const isSession = location.search === `?${SESSION_WINDOW}`
const page = document.getElementById('page')
// Its own styles may have been given up as those of any part, and the map takes its colours from them.
void beginWith(loadStylesAgain, () => {
  if (page) render(() => (isSession ? <Session /> : <Page code={code} />), page)
})

function Session(): JSX.Element {
  return (
    <>
      <SessionWindow />
      <MissingPart />
    </>
  )
}
