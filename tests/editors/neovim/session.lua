-- Opens routes.py with the language server, waits for its finding, takes the preferred fix, and writes what came of it.
-- Run as: nvim --headless --clean -S session.lua, with the command of the server in $SERVER, a line for each word.

local function session()
  local command = vim.split(vim.env.SERVER, "\n")
  vim.cmd("edit routes.py")
  local client = vim.lsp.start_client({ name = "pymongo-async-lint", cmd = command, root_dir = vim.fn.getcwd() })
  vim.lsp.buf_attach_client(0, client)

  vim.cmd("set nomore")

  local function wait(what, is_so)
    if not vim.wait(60000, is_so, 20) then
      error("waited in vain for " .. what)
    end
  end

  wait("the finding", function() return #vim.diagnostic.get(0) == 1 end)
  local found = vim.diagnostic.get(0)[1]
  print(string.format("%d:%d %s %s", found.lnum + 1, found.col + 1, found.source, found.user_data.lsp.code))

  vim.api.nvim_win_set_cursor(0, { found.lnum + 1, found.col })
  local params = vim.lsp.util.make_range_params()
  params.context = { diagnostics = vim.lsp.diagnostic.get_line_diagnostics() }
  local offset_encoding = vim.lsp.get_client_by_id(client).offset_encoding
  for _, answer in pairs(vim.lsp.buf_request_sync(0, "textDocument/codeAction", params, 60000)) do
    for _, action in ipairs(answer.result) do
      print(action.title)
      if action.isPreferred then
        vim.lsp.util.apply_workspace_edit(action.edit, offset_encoding)
      end
    end
  end
  wait("the finding to go", function() return #vim.diagnostic.get(0) == 0 end)
  vim.cmd("write")
end

local is_fine, complaint = pcall(session)
if not is_fine then
  io.stderr:write(complaint .. "\n")
  vim.cmd("cquit 1")
end
vim.cmd("quit")
