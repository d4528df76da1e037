-- Opens routes.py, waits for its finding, takes the preferred fix, and writes what came of it.
-- Run as: nvim --headless -u SETTINGS -S session.lua

local function session()
  vim.cmd("set nomore")
  vim.cmd("edit routes.py")

  local function wait(what, is_so)
    if not vim.wait(60000, is_so, 20) then
      error("waited in vain for " .. what)
    end
  end

  local function ask(method, params)
    local found = {}
    for _, answer in pairs(vim.lsp.buf_request_sync(0, method, params, 60000)) do
      table.insert(found, answer.result)
    end
    return found
  end

  wait("the finding", function() return #vim.diagnostic.get(0) == 1 end)
  local found = vim.diagnostic.get(0)[1]
  print(string.format("%d:%d %s %s", found.lnum + 1, found.col + 1, found.source, found.user_data.lsp.code))

  vim.api.nvim_win_set_cursor(0, { found.lnum + 1, found.col + 3 })
  for _, hover in ipairs(ask("textDocument/hover", vim.lsp.util.make_position_params())) do
    print(hover.contents.value)
  end

  local params = vim.lsp.util.make_range_params()
  params.context = { diagnostics = vim.lsp.diagnostic.get_line_diagnostics() }
  for _, actions in ipairs(ask("textDocument/codeAction", params)) do
    for _, action in ipairs(actions) do
      print(action.title)
      if action.isPreferred then
        vim.lsp.util.apply_workspace_edit(action.edit, "utf-16")
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
