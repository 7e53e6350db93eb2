/** Jest transformer: a `.lua` or `.sql` import is its text, as in the bundles (`tools/build.mjs`). */
const asModule = (text) => ({ code: `export default ${JSON.stringify(text)};` });
export default {
  process: asModule,
  processAsync: async (text) => asModule(text),
};
