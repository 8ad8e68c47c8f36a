// Browsers give up what they load when the machine's network changes. When that is a script without which the page cannot begin, nothing of the
// page runs that could ask for it again: so this loads the whole page again, and tells when that does not help.
{
  const KEY = 'scope.begins'
  const PAUSES_MS = [500, 1_000, 2_000, 4_000]
  /** How often the app is asked whether it answers, how long that may take, and after how many times its silence is told. */
  const [ASK_MS, LIMIT_MS, SILENT] = [2_000, 5_000, 3]

  const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms))

  const answers = async () => {
    try {
      return (await fetch('./', { cache: 'no-store', signal: AbortSignal.timeout(LIMIT_MS) })).ok
    } catch {
      return false
    }
  }

  const tell = (words) => {
    const main = Object.assign(document.createElement('main'), { className: 'waiting' })
    main.innerHTML = `<div role="alert"><h1>Scope could not be loaded</h1><p></p></div>
      <button type="button" class="button">Load again</button>`
    main.querySelector('p').textContent = words
    main.querySelector('button').addEventListener('click', () => location.reload())
    document.getElementById('page')?.replaceChildren(main)
  }

  /** How often it was loaded again in a row; without storage nobody knows, so it counts as often enough. */
  const times = () => {
    try {
      return Number(sessionStorage.getItem(KEY))
    } catch {
      return PAUSES_MS.length
    }
  }
  const forget = () => {
    try {
      sessionStorage.removeItem(KEY)
    } catch {}
  }

  const again = async () => {
    const before = times()
    const pauseMs = PAUSES_MS[before]
    if (pauseMs === undefined) {
      forget()
      return tell('The browser did not get all of its scripts.')
    }
    await sleep(pauseMs)
    // Without an answer the browser would show a page of its own, which does not try again.
    for (let asked = 1; !(await answers()); asked++) {
      if (asked === SILENT) tell('The app does not answer. This page tries again by itself.')
      await sleep(ASK_MS)
    }
    sessionStorage.setItem(KEY, String(before + 1))
    location.reload()
  }

  const isScript = ({ target }) => target instanceof HTMLScriptElement && target.type === 'module'
  // They do not bubble, and the window hears of nothing that is loaded.
  document.addEventListener('error', (event) => isScript(event) && void again(), true)
  document.addEventListener('load', (event) => isScript(event) && forget(), true)
}
