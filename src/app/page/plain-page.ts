import type { Context } from 'hono'
import { accepts } from 'hono/accepts'
import { html } from 'hono/html'
import type { AppEnv } from '../http/env.ts'

/** True for a browser that shows what it gets; false for a script. */
export const wantsPage = (c: Context<AppEnv>): boolean =>
  accepts(c, {
    header: 'Accept',
    supports: ['application/json', 'text/html'],
    default: 'application/json',
  }) === 'text/html'

/** A page without script or style, for when there is no other. */
export const plainPage = (title: string, text: string) => html`<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark">
<title>Scope: ${title}</title>
<h1>${title}</h1>
<p>${text}</p>
</html>
`
