import { join } from 'node:path'
import tailwindcss from '@tailwindcss/vite'
import { defineConfig } from 'wxt'
import limits from './budget.json' with { type: 'json' }
import { type Script, keepBudget } from './budget.ts'
import { writeFileList } from './file-list.ts'

/** The public half of the key that fixes the extension's id, which the co-signer lets in by name. */
const key =
  'MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAzMa1XKd+flRvHOv7dNz3G+CjbmuqPpSgfo1ftODGwbPci3gwSZttTqt0oI9K6NGdL0OtP6D6U78fgwl9TYr0YXfRnX+c22ESwii0P6CDdPk7bPOD7xIwJekR3EOMh0r98EzamSGfLvD8t0eAwS0V1cB6ezEGOPYl9RP13vV72amFBXiWnMRMrx8W8GbF4eKMK3Q7CunGCSb2pLRLoQv5W3fx7r+MbZXur1wGNyHORPbqoj2tvhVbhzkA8Ke/dbaOaquAGWCZkDeZcwhs/1zNTTVA962w8C8fBWGvZRn0pARMScYIUzkoFp5S79jreOKx0jD7bUqUNG9GjI/32sPBJQIDAQAB'

/** What a page of the extension may load. Which hosts it may ask is held by one door in the background. */
const policy = [
  "default-src 'none'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "style-src 'self'",
  "font-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self' https: wss: http: ws:",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

/** For those who look at the screens, never for those who use them. */
const GALLERY = 'gallery'

/** The bundler tells more of a script than WXT says. */
const isScript = (file: object): file is Script => 'moduleIds' in file && 'imports' in file

/** Scripts of threads, which are built apart from the pages that begin them. */
const ofThreads: Script[] = []

export default defineConfig({
  srcDir: 'src',
  modules: ['@wxt-dev/i18n/module'],
  imports: false,
  outDir: 'dist',
  hooks: {
    'entrypoints:found'({ config: { mode, browser } }, found) {
      const at = found.findIndex(({ name }) => name === GALLERY)
      if (mode !== GALLERY && at >= 0) found.splice(at, 1)
      // Its engine is in the background, and what that seldom needs is loaded then: that takes modules.
      for (const entry of found)
        if (browser === 'firefox' && entry.name === 'background')
          entry.inputPath = join(import.meta.dirname, 'src/entrypoints/firefox/background.ts')
    },
    'entrypoints:resolved'({ config: { browser } }, entries) {
      for (const entry of entries)
        if (browser === 'firefox' && entry.type === 'background') entry.options.type = 'module'
    },
    'build:manifestGenerated'({ config: { browser } }, manifest) {
      if (browser === 'firefox') Object.assign(manifest.background ?? {}, { type: 'module' })
    },
    'build:done'({ config: { command, mode, outDir } }, { steps }) {
      if (command !== 'build') return
      writeFileList(outDir)
      if (mode === GALLERY) return
      const scripts = steps.flatMap(({ chunks }) => chunks.filter((one) => isScript(one)))
      keepBudget(outDir, [...scripts, ...ofThreads], limits)
    },
  },
  vite: () => ({
    plugins: [tailwindcss()],
    worker: {
      format: 'es',
      plugins: () => [
        {
          name: 'scripts-of-threads',
          generateBundle(_options, files) {
            ofThreads.push(...Object.values(files).filter((one) => isScript(one)))
          },
        },
      ],
    },
    build: {
      modulePreload: {
        polyfill: false,
        // A page asks for all of its scripts at once, and not for each when another one names it.
        resolveDependencies: (_file, scripts, { hostType }) => (hostType === 'html' ? scripts : []),
      },
    },
  }),
  manifest: ({ browser, manifestVersion }) => ({
    name: '__MSG_app_name__',
    default_locale: 'en',
    description: '__MSG_app_description__',
    permissions: ['storage', 'alarms', ...(browser === 'firefox' ? [] : ['offscreen'])],
    content_security_policy: manifestVersion === 3 ? { extension_pages: policy } : policy,
    ...(browser === 'firefox'
      ? {
          browser_specific_settings: {
            gecko: {
              id: 'wallet@tandem.invalid',
              strict_min_version: '140.0',
              data_collection_permissions: { required: ['none'] },
            },
          },
        }
      : { key, minimum_chrome_version: '120' }),
  }),
})
