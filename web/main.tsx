import { render } from 'solid-js/web'
import { Page } from './components/page/page.tsx'
import { takeCode } from './data/sign-in-link.ts'

// Before anything else reads the address.
const code = takeCode('')
const page = document.getElementById('page')
if (page) render(() => <Page code={code} />, page)
