import { render } from 'solid-js/web'
import { App } from './components/app/app.tsx'

const page = document.getElementById('page')
if (page) render(() => <App />, page)
