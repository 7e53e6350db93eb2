/** Lua and SQL files are imported as text: the bundler and the test runner both hand over the file's content. */
declare module "*.lua" {
  const text: string;
  export default text;
}
declare module "*.sql" {
  const text: string;
  export default text;
}
